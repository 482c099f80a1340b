"""Cuts redacted documents into passages and sentences with exact character ranges."""
