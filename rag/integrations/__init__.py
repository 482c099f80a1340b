"""Ringfence as a part of other frameworks."""
