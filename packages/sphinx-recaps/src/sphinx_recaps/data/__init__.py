"""Reads YAML files into typed records; every mistake becomes a message with its line and the fix."""
