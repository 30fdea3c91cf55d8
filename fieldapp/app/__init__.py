"""Level 3: where the program lives on a machine: folders, profiles, preferences, texts, logs."""
