"""Text that the name model is trained on: templates by hand, names of many countries."""
