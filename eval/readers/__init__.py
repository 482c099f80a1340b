"""Public sets of questions as suites: each form is recognised by its content."""
