"""The command ``sphinx-recaps``."""
