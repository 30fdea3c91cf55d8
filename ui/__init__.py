"""Layer 5: the Qt program of the field worker. Nothing outside this package knows Qt."""
