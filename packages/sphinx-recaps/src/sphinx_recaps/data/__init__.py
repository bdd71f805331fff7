"""From YAML files to typed records; every mistake becomes a message with its line and the fix."""
