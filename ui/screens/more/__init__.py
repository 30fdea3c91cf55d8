"""更多: the pages without an entry of their own. Layer 5."""
