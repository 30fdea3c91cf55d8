"""走访规则: how often which households are visited. Layer 5."""
