"""Runs Lighthouse on every page, for `make lighthouse`."""
