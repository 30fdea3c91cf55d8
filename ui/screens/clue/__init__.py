"""One urgent clue: facts, clocks, steps, and what may be done now. Layer 5."""
