"""Questions that nothing answers: how many are abstained from, and how many others besides."""
