"""Turns programmes of events, as other tools export them, into data files: one module a format."""
