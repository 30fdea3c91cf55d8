"""Drafts left unfinished."""
