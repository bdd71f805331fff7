"""Makes an incremental build produce the same output as a clean one."""
