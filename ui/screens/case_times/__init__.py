"""急难处置时效: how long cases waited, by area, with the late ones behind each figure. Layer 5."""
