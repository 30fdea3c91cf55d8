"""Made-up county for trials and load tests: pure, deterministic, without a single real person."""
