"""The ``event`` and ``event-list`` directives."""
