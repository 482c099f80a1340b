"""Finds the passages that may answer a question, within what the asker may read."""
