"""One relief: what was given, how it stands, its papers and visits, and what may be done now. Layer 5."""
