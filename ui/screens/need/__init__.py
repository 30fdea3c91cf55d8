"""One need: how it stands, its referrals and steps, what may be done. Layer 5."""
