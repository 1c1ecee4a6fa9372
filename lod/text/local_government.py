"""全国地方公共団体コード: six digits, the last a check digit (総務省: weights 6,5,4,3,2, modulus 11)."""

from __future__ import annotations


def check_digit(five: str) -> int:
    """The check digit of the first five digits: 14203 → 4."""
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), five, strict=True))
    return (11 - total % 11) % 10


def is_code(code: str) -> bool:
    """Whether a text is a local-government code with the right check digit."""
    return len(code) == 6 and code.isascii() and code.isdigit() and check_digit(code[:5]) == int(code[5])
