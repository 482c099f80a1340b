"""Speaks to model servers: one client for the shape they share, and what sets each apart."""
