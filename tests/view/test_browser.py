"""`rlm view` in a real Chromium: search, citations, folding, keys, theme, accessibility, attacks that do nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kits.browser import browse
from kits.view import HOSTILE, MAIN, Shown, long_lists

from rlm_core.view.exporting import export

pytestmark = pytest.mark.xdist_group("browser")

LONG = 450


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return Shown(tmp_path_factory.mktemp("view"))


@pytest.fixture(scope="module")
def seen(shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("browser")
    alone = folder / "alone.html"
    alone.write_bytes(export(shown.archive, HOSTILE, "html").data)
    top = shown.top
    overviews = [(top / name).as_uri() for name in ("index.html", "decisions.html", "files.html", "coverage.html")]
    session, hostile = (Path(shown.site.page_of(s)).as_uri() for s in (MAIN, HOSTILE))
    return browse(
        folder,
        index=(top / "index.html").as_uri(),
        session=session,
        pages=[*overviews, (top / "cost.html").as_uri(), session, alone.as_uri()],
        attacked=[hostile, *overviews, alone.as_uri()],
        queries=["ferryboat", "retry limit", "灯台", "ete", "script pwned"],
        citations=[shown.citation("lighthouse timer"), shown.citation("ferryboat module caller")],
        long={page.as_uri(): LONG for page in long_lists(shown, LONG)},
        acts=["search", "citation", "keys", "theme", "accessibility", "attacks", "lists"],
    )


def test_search_finds_as_one_types_and_opens_the_place(seen: dict[str, Any]) -> None:
    answers = seen["search"]["answers"]
    assert "one caller of fetch, in the ferryboat module" in answers["ferryboat"][0]["text"]
    assert "retry limit" in answers["retry limit"][0]["text"]
    assert "東京の灯台" in answers["灯台"][0]["text"]
    assert "phare d'été" in answers["ete"][0]["text"]
    assert "<script>window.pwned=1</script>" in answers["script pwned"][0]["text"]
    assert seen["search"]["there"].endswith(seen["search"]["picked"])
    assert "ferryboat" in seen["search"]["here"]


def test_a_citation_opens_the_page_and_unfolds_its_place(shown: Shown, seen: dict[str, Any]) -> None:
    made = seen["citation"]["made"]
    for (cited, place), words in zip(made.items(), ("lighthouse timer", "ferryboat module"), strict=True):
        assert words in place["text"]
        assert place["url"].startswith(Path(shown.site.page_of(MAIN)).parent.as_uri())
        assert place["url"].endswith(f"#{cited}")
        assert place["focused"]
        assert not place["folded"]
    assert "no place in this archive" in seen["citation"]["unknown"]


def test_keys_go_from_prompt_to_prompt_and_fold(seen: dict[str, Any]) -> None:
    keys = seen["keys"]
    assert [step.startswith("#turn-") for step in keys["steps"]] == [True] * 3
    assert keys["steps"][0] == keys["steps"][2] != keys["steps"][1]
    assert keys["before"] > 5
    assert (keys["after"], keys["shown"], keys["one"], keys["help"]) == (0, True, True, True)
    assert keys["again"] >= keys["before"] - 1


def test_light_and_dark_by_the_system_or_by_hand_and_remembered(seen: dict[str, Any]) -> None:
    theme = seen["theme"]
    system, light, dark = theme["seen"]
    assert system == light != dark == theme["kept"]
    assert theme["theme"] == "dark"


def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(seen: dict[str, Any]) -> None:
    assert {where: what for where, what in seen["accessibility"].items() if what not in ([], 0)} == {}


def test_attacks_run_no_script_load_nothing_and_lead_nowhere(shown: Shown, seen: dict[str, Any]) -> None:
    pages = seen["attacks"]
    assert len(pages) == 6
    for page in pages.values():
        assert (page["pwned"], page["scripts"], page["strange"], page["turned"]) == (None, 0, 0, False)
        assert [p for p in page["pictures"] if not p.startswith("data:image/")] == []
        assert [h for h in page["links"] if h.strip().lower().startswith(("javascript:", "data:", "vbscript:"))] == []
        assert page["refused"] == [2, None]
    beside = (shown.project.parent.as_uri(), "data:image/", "file:///")
    assert [url for url in seen["asked"] if not url.startswith(beside)] == []


def test_long_lists_are_made_as_they_scroll_to_their_last_row(seen: dict[str, Any]) -> None:
    lists = seen["lists"]
    assert len(lists) == 4
    for url, made in lists.items():
        first, *later = made["seen"]
        assert 0 < first < LONG / 2, url
        assert later == sorted(set(later)), url  # a batch, or some, at a time
        assert (later[-1], made["waiting"]) == (LONG, 0), url
        assert "no 000" in made["last"], url


def test_no_page_has_an_error(seen: dict[str, Any]) -> None:
    """What the attacks' test has tried is refused aloud."""
    assert [s for s in seen["said"] if "TrustedHTML" not in s and "TrustedScript" not in s] == []
