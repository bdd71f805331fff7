"""Lighthouse over every page: what `make lighthouse` runs."""
