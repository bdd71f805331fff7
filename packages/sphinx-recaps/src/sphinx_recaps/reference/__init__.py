"""The ``recap-reference`` directive: the documentation generated from the declarations."""
