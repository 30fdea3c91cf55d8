"""安排复查: of one visit, or of a drawn share. Layer 5."""
