"""Checks every sentence of a draft against the evidence it cites."""
