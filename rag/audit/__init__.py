"""A record that shows when it was changed."""
