"""Paper forms before they are printed or saved."""
