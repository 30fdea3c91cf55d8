"""线索处置 and 我的线索: lists of urgent clues. Layer 5."""
