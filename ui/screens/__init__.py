"""Screens: one package each, with a presenter (plain Python) and a passive view."""
