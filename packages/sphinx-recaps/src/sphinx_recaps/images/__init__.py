"""Images of the project: sizes, formats, copies and checks."""
