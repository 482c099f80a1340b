"""How we know that it is right, fast and leaks nothing."""
