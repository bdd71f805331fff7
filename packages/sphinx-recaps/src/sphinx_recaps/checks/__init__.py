"""Advice on authors' pages and files."""
