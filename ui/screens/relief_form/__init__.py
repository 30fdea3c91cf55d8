"""Relief recorded on the spot or proposed: what is given, its sum and limits, who receives it. Layer 5."""
