"""Local images: sizes, formats, copies and checks."""
