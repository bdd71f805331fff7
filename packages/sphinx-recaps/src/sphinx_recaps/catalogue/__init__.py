"""The ``catalogue`` and ``topic-chart`` directives."""
