"""An incremental build gives the same output as a clean one."""
