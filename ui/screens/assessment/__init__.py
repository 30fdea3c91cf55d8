"""The team assessment of one household: team, result, plan, signatures, history. Layer 5."""
