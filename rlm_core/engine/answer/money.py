"""Amounts of money in words. It loads nothing: a listing of sessions needs it, and no engine."""

from __future__ import annotations


def dollars(usd: float) -> str:
    """Dollars with two digits that tell something.

    >>> dollars(1.234), dollars(0.00031), dollars(0)
    ('$1.23', '$0.0003', '$0.00')
    """
    return f"${usd:.2f}" if usd >= 0.01 or not usd else f"${max(usd, 0.0001):.4f}"
