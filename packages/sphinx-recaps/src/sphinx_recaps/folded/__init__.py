"""Sections that readers expand, for sources and details that not everybody needs."""
