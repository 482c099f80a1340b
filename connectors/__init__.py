"""How text arrives from a source, with its permissions."""
