"""走访复查: what there is to ask again, to explain, to close. Layer 5."""
