"""急难上报: one page that is filled in less than a minute, and whom to call. Layer 5."""
