"""Writes an answer from numbered evidence."""
