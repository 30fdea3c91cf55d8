"""Level 1: records, rules and words of social assistance. Imports nothing of ours but itself."""
