"""Check digits that several kinds of identifiers share."""

from __future__ import annotations


def digits(value: str) -> str:
    """Return the digits of `value`."""
    return "".join(character for character in value if character.isdigit())


def luhn(value: str) -> bool:
    """Say whether the digits of `value` end in the right Luhn digit (cards, IMEI)."""
    numbers = [int(digit) for digit in reversed(digits(value))]
    doubled = [2 * number - 9 if number > 4 else 2 * number for number in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0


def mod_97(value: str) -> bool:
    """Say whether letters and digits leave 1 by ISO 7064 mod 97-10 (LEI, rearranged IBAN)."""
    codes = [character for character in value if character.isalnum()]
    if not all(character.isascii() for character in codes):
        return False
    return int("".join(str(int(character, 36)) for character in codes) or "0") % 97 == 1


def weighted(value: str, weights: tuple[int, ...], modulus: int) -> bool:
    """Say whether the weighted sum of the digits of `value` is divisible by `modulus`."""
    numbers = [int(digit) for digit in digits(value)]
    if len(numbers) != len(weights):
        return False
    return sum(n * w for n, w in zip(numbers, weights, strict=True)) % modulus == 0
