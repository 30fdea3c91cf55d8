"""Long lists of cards and tables of figures. Layer 5."""
