"""Filling forms: what the form engine says, as widgets; one registry of question kinds. Layer 5."""
