"""Transcripts of recordings, from subtitle files."""
