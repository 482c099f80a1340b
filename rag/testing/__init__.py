"""Fakes, contract suites and hostile documents for those who extend Ringfence."""
