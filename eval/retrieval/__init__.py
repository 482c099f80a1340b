"""How well search finds what is known to answer, what each of its steps buys, what it costs."""
