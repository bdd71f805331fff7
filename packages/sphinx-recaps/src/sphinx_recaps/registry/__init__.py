"""The ``recap`` domain: entries, people, topics and events, and the checks across files."""
