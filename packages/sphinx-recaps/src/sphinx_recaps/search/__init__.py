"""The index that the search page uses to find entries."""
