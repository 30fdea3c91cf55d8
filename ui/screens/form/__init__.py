"""Any published form, filled or read. Layer 5."""
