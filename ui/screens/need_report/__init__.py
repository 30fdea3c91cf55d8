"""What is asked for and not met, by area and kind; the charity pool. Layer 5."""
