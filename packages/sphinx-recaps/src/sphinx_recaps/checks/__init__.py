"""Checks of pages and files, with advice for authors."""
