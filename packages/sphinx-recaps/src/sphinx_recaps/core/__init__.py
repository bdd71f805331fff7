"""Shared by every other folder: warnings, options, text, dates and page assets."""
