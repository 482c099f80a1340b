"""Who may ask, and which rows they may see."""
