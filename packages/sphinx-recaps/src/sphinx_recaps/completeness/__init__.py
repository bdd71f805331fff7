"""What records lack, and where to add it."""
