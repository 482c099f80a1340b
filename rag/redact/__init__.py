"""Takes identifiers out of text, or fails closed."""
