"""Widgets of every screen: painted and styled from the theme, without knowledge of the domain. Layer 5."""
