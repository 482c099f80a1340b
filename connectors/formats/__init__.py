"""How bytes become text with structure."""
