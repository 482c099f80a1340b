"""What is known of every document: version, text, permissions, failures."""
