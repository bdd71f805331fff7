"""The index pages People and Topics."""
