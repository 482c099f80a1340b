"""Turns passages and questions into dense and sparse vectors."""
