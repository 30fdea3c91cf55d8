"""What stands in the place of a page while the data are too old to be read (R21). Layer 5."""
