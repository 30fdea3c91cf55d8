"""One check of a drawn target (paper form 6.10), filled in offline."""
