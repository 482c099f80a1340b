"""Names of months and numbers, as sentences are changed by them."""

from __future__ import annotations

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip
# From two on, and of the larger ones those that periods of contracts are written with.
SPELT = (*SMALL[2:], "fifteen", "twenty", "thirty", "sixty", "ninety")
