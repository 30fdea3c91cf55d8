"""One campaign: its open doors, and how far it is by area."""
