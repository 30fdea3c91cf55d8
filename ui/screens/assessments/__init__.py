"""Assessments of an area for supervisors: levels, trend, overdue, lowered. Layer 5."""
