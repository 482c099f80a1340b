"""How well redaction finds what identifies people, measured on labelled documents."""
