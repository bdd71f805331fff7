"""Sections that readers open: what proves a page, and what not everybody needs."""
