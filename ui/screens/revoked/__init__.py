"""A revoked device: what it has not sent is handed over, then keys and data are erased."""
