"""How fast it is on this machine, measured so that the figures can be compared."""
