"""The ``image-card`` directive."""
