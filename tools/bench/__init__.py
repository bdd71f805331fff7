"""Measures the size and speed of the site, for `make bench`."""
