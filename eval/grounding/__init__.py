"""How well false sentences are told from true ones, and instructions in documents are found."""
