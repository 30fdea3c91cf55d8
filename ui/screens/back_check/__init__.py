"""One back-check: the questions, or both answers side by side. Layer 5."""
