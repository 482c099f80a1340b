"""A local model as judge of answers, and how far it may be believed."""
