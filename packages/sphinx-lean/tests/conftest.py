"""The fixtures of lean_support for all tests of this package."""

from lean_support import free_visits, icon, jpeg, site, source, visit

__all__ = ["free_visits", "icon", "jpeg", "site", "source", "visit"]
