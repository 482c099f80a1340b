"""What an identifier looks like: one file an entity."""
