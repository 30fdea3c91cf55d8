"""The visit form: what was found at the door, written down once and saved at every change."""
