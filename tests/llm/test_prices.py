"""What models cost, and which model an alias stands for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.engine.forecast import forecast
from rlm_core.engine.kinds import ANSWER
from rlm_core.engine.options import MAP, RunOptions
from rlm_core.llm.base import ROLES, Usage
from rlm_core.llm.names import ELSEWHERE, MOST, ModelNames, of_client, place_of
from rlm_core.llm.prices import ALIASES, FAMILIES, PRICES, PriceList, price_of


@pytest.mark.parametrize(
    ("model", "dollars", "assumed"),
    [
        ("haiku", (0.1, 0.5), False),
        ("sonnet", (2.0, 10.0), False),
        ("opus", (4.0, 20.0), False),
        ("claude-haiku-5-5-20261007", (0.1, 0.5), False),
        ("claude-haiku-4-5@20251001", (1.0, 5.0), False),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", (1.0, 5.0), False),
        ("claude-sonnet-4-20250514", (3.0, 15.0), False),
        ("claude-sonnet-4-5[1m]", (3.0, 15.0), False),
        ("claude-opus-4-1-20250805", (15.0, 75.0), False),
        ("claude-opus-4-0", (15.0, 75.0), False),
        ("claude-opus-5", (5.0, 25.0), False),
        ("claude-3-5-haiku-latest", (0.8, 4.0), False),
        ("claude-fable-5-2", (8.0, 40.0), False),
        ("claude-haiku-6", (1.0, 5.0), True),  # the dearest haiku that is sold: nobody knows
        ("claude-sonnet-5-7", (3.0, 15.0), True),  # no sonnet-5
        ("claude-opus-5-6-20270101", (5.0, 25.0), True),
        ("qwen", (15.0, 75.0), True),
    ],
)
def test_what_a_model_costs(model: str, dollars: tuple[float, float], assumed: bool) -> None:
    got = price_of(model)
    assert ((got.input, got.output), got.assumed) == (dollars, assumed)


@pytest.mark.parametrize(
    ("model", "read", "write"),
    [("haiku", 0.01, 0.125), ("sonnet", 0.1, 2.5), ("opus", 0.2, 5.0), ("claude-haiku-4-5", 0.1, 1.25)],
)
def test_what_a_cache_costs(model: str, read: float, write: float) -> None:
    assert price_of(model).cost(Usage(cache_read=1_000_000 // 20)) == pytest.approx(read / 20)
    assert price_of(model).cost(Usage(cache_write=1_000_000 // 20)) == pytest.approx(write / 20)


@pytest.mark.parametrize(
    ("used", "dollars"),
    [
        (Usage(100_000, 1000), 0.0105),
        (Usage(100_001, 1000), 0.0525005),
        (Usage(60_000, 1000, cache_read=40_001), 5 * (60_000 * 0.1 + 40_001 * 0.01 + 500) / 1e6),
        (Usage(50_000, 1000, cache_write=50_001), 5 * (50_000 * 0.1 + 50_001 * 0.125 + 500) / 1e6),
    ],
)
def test_a_long_prompt_of_haiku_costs_five_times_as_much(used: Usage, dollars: float) -> None:
    assert price_of("haiku").cost(used) == pytest.approx(dollars)


@given(*[st.integers(0, 150_000)] * 4, st.sampled_from([*PRICES, "haiku", "unknown"]), st.sampled_from([1.0, 0.5]))
def test_no_call_costs_more_than_its_worst_case(
    plain: int, read: int, written: int, output: int, model: str, factor: float
) -> None:
    price = PriceList(factor=factor).of(model)
    assert price.cost(Usage(plain, output, read, written)) <= price.most(plain + read + written, output) + 1e-9


def test_a_plan_of_long_prompts_counts_what_they_cost() -> None:
    def growth(model: str) -> float:
        """How many times as much parts of 90,000 tokens cost as those of 9,000, which no surcharge reaches."""
        most = []
        for part in (9_000, 90_000):
            options = RunOptions(models=dict.fromkeys(ROLES, model), part=part, depth=0, verify="none", canaries=0)
            got = forecast("?", ANSWER, MAP, options, parts=10, tokens=10 * part, overhead=0, canaries=0, factor=1.0)
            most.append(got.usd.most)
        return most[1] / most[0]

    assert growth("haiku") == pytest.approx(5 * growth("claude-haiku-4-5"))


def test_the_users_own_prices_come_first_by_alias_and_by_id() -> None:
    own = {"haiku": [7.0, 8.0], "claude-opus-5-5": [9.0, 10.0], "claude-opus": [1.0, 1.0]}
    assert (price_of("haiku", own).input, price_of("opus", own, 0.5).input) == (7.0, 4.5)
    assert price_of("opus", own, named="claude-opus-4-6").input == 1.0


def test_an_alias_is_priced_as_what_answers_to_it() -> None:
    prices = PriceList(named={"haiku": "claude-haiku-4-5"})
    assert prices.of("haiku") == price_of("claude-haiku-4-5")
    prices.learn("haiku", "claude-haiku-5-5-20261007")
    for odd in ("claude-sonnet-5-5", "scripted-haiku-", ""):
        prices.learn("sonnet" if odd else "haiku", odd and "claude-opus-5-5")
    assert prices.of("haiku") == price_of("haiku")
    assert prices.of("sonnet") == price_of("sonnet")
    assert PriceList().answered("haiku", "claude-haiku-4-5") == price_of("claude-haiku-4-5")
    assert PriceList().answered("haiku", "somebody's") == price_of("haiku")


def test_no_alias_costs_more_than_its_family_and_none_ten_times_what_it_means() -> None:
    for alias, name in ALIASES.items():
        assert price_of(alias) == PRICES[name]
        assert price_of(name).input <= FAMILIES[alias].input


# --- names ---


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ALIASES["haiku"]),
        ({"CLAUDE_CODE_USE_BEDROCK": "1"}, ELSEWHERE["haiku"]),
        ({"CLAUDE_CODE_USE_VERTEX": "true"}, ELSEWHERE["haiku"]),
        ({"CLAUDE_CODE_USE_BEDROCK": "0"}, ALIASES["haiku"]),
        ({"ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-haiku-4-5"}, "claude-haiku-4-5"),
        ({"CLAUDE_CODE_USE_BEDROCK": "1", "ANTHROPIC_DEFAULT_HAIKU_MODEL": "arn:x"}, "arn:x"),
    ],
)
def test_what_the_client_means_by_an_alias(environment: dict[str, str], expected: str) -> None:
    assert of_client("haiku", ModelNames(), environment) == expected
    assert of_client("claude-opus-4-6", ModelNames(), environment) == "claude-opus-4-6"


def test_what_answered_in_one_cloud_says_nothing_of_another(tmp_path: Path) -> None:
    names = ModelNames(tmp_path / "models.json")
    cloud = {"CLAUDE_CODE_USE_BEDROCK": "1"}
    names.learn(place_of(cloud), "haiku", "us.anthropic.claude-haiku-4-5-20251001-v1:0")
    again = ModelNames(tmp_path / "models.json")
    assert of_client("haiku", again, cloud) == "us.anthropic.claude-haiku-4-5-20251001-v1:0"
    assert of_client("haiku", again, {}) == ALIASES["haiku"]


@pytest.mark.parametrize("name", ["", "claude-sonnet-5-5", "claude-haiku-5-5\n", "x" * 200 + "haiku", "haiku sk-1"])
def test_what_is_no_id_of_the_family_is_not_remembered(name: str, tmp_path: Path) -> None:
    names = ModelNames(tmp_path / "models.json")
    names.learn("claude", "haiku", name)
    names.learn("claude", "claude-haiku-5-5", "claude-haiku-5-5")
    assert names.known("claude", "haiku") == ""
    assert not (tmp_path / "models.json").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"names": [1], "forms": 3}', '{"names": {"claude haiku": {"id": 7}}}', "{"]
)
def test_a_damaged_file_has_told_nothing_and_is_made_anew(text: str, tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    path.write_text(text)
    names = ModelNames(path)
    assert names.known("claude", "haiku") == ""
    names.learn("claude", "haiku", "claude-haiku-5-5")
    assert ModelNames(path).known("claude", "haiku") == "claude-haiku-5-5"
    names.forget("claude", "haiku")
    assert ModelNames(path).known("claude", "haiku") == ""


def test_the_file_does_not_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    names = ModelNames(path)
    for n in range(MOST + 5):
        names.keep_form("api", f"model-{n}", {"answer": "tool"})
    assert len(json.loads(path.read_text())["forms"]) == MOST


def test_a_folder_that_cannot_be_written_keeps_nobody_from_asking(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    names = ModelNames(tmp_path / "file" / "models.json")
    names.learn("claude", "haiku", "claude-haiku-5-5")
    assert names.known("claude", "haiku") == "claude-haiku-5-5"
