"""What a check found in the town, and the word that it is put right."""
