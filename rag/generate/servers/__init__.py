"""Starts and watches local model servers, each in a process of its own, on loopback."""
