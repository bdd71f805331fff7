"""What books, paper and plain text need."""
