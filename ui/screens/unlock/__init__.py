"""The door: choose a profile, unlock it, or enrol with a county."""
