"""Reads and local writes by area; SQL of use cases lives here and nowhere above."""
