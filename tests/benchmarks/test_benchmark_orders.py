"""The labelled sentences that measure what is told as the user's orders: few are missed or false."""

from __future__ import annotations

import pytest

from benchmarks.orders.__main__ import PRECISION, RECALL, SETS, Labelled, figures, sentences


@pytest.mark.parametrize("name", SETS[1:])
def test_a_set_is_half_orders_in_both_languages(name: str) -> None:
    said = sentences(name)
    assert len({(one.language, one.text) for one in said}) == len(said)
    for language in ("en", "fr"):
        of = [one for one in said if one.language == language]
        assert len(of) * 2 == len(said)
        assert 0.45 <= sum(one.order for one in of) / len(of) <= 0.55


def test_few_orders_are_missed_and_few_that_are_told_are_none() -> None:
    told = figures([one for name in SETS for one in sentences(name)])
    assert told["precision"] >= PRECISION
    assert told["recall"] >= RECALL


def test_figures_count_what_was_told() -> None:
    cases = [(True, True), (True, True), (True, False), (False, True), (False, False)]
    told = figures([Labelled("en", order, str(n), told) for n, (order, told) in enumerate(cases)])
    assert (told["precision"], told["recall"], told["orders"]) == (0.667, 0.667, 3)
