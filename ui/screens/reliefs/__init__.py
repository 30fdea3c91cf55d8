"""临时救助 in lists: what waits for a decision, for papers, for a visit. Layer 5."""
