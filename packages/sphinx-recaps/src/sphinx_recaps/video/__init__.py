"""The ``youtube`` directive."""
