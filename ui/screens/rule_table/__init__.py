"""修改走访规则: another table of visit rules from a day on. Layer 5."""
