"""A repository's rlm.yaml: what it may change, what is ignored and named, and what it can do to whoever reads it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.config import DEFAULTS, Config, as_values, cache_path, config_paths, load, load_cached
from rlm_core.errors import ConfigError
from rlm_core.redaction.redactor import Redactor
from rlm_core.rules.pattern import is_harmless
from rlm_core.rules.tighten import RULES, tightened
from rlm_core.rules.trusted import distrust, is_trusted, trust
from rlm_core.rules.yamlfile import MOST_BYTES

HANG = 60  # seconds: what is meant is for ever


@contextmanager
def ends() -> Iterator[None]:
    """Fail when what is inside does not end."""

    def fail(*_: object) -> None:
        raise AssertionError("it does not end")

    former = signal.signal(signal.SIGALRM, fail)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / ".claude").mkdir(parents=True)
    return tmp_path / "project"


def shipped(project: Path, text: str | bytes) -> Path:
    path = project / ".claude" / "rlm.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def users(text: str) -> None:
    path = Path(config_paths("")[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def at(values: dict[str, Any], name: str) -> Any:
    for part in name.split("."):
        values = values[part]
    return values


def leaves(values: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, value in values.items():
        name = f"{prefix}{key}"
        found += [name] if name in RULES or not isinstance(value, dict) else leaves(value, f"{name}.")
    return found


def test_of_every_setting_somebody_has_decided_who_may_set_it() -> None:
    """A new setting fails here until `rules.tighten` says what a repository may do with it."""
    assert sorted(leaves(DEFAULTS)) == sorted(RULES)


LOOSER = [
    ("redact.enabled", "", "redact: {enabled: false}"),
    ("redact.skip", "", "redact: {skip: [aws, jwt]}"),
    ("redact.skip", "redact: {skip: [jwt]}", "redact: {skip: [aws, jwt]}"),
    ("redact.extra", "", "redact: {extra: {all: '.'}}"),
    ("redact.extra", "", "redact: {extra: {slow: '(a+)+$'}}"),
    ("redact.extra", "redact: {extra: {ticket: 'T-[0-9]+'}}", "redact: {extra: {ticket: 'T-never'}}"),
    ("redact.media", "redact: {media: drop}", "redact: {media: keep}"),
    ("retention.days", "", "retention: {days: 1}"),
    ("retention.days", "retention: {days: 30}", "retention: {days: 0}"),
    ("retention.megabytes", "", "retention: {megabytes: 1}"),
    ("hints", "", "hints: true"),
    ("copies", "copies: false", "copies: true"),
    ("moment.orders", "", "moment: {orders: false}"),
    ("moment.agents", "moment: {agents: false}", "moment: {agents: true}"),
    ("moment.resume", "moment: {resume: false}", "moment: {resume: true}"),
    ("enabled", "enabled: false", "enabled: true"),
    ("ask.leaf", "", "ask: {leaf: anthropic}"),
    ("ask.leaf", "ask: {leaf: native}", "ask: {leaf: claude}"),
    ("ask.models", "", "ask: {models: {leaf: opus}}"),
    ("ask.part", "", "ask: {part: 500}"),
    ("ask.workers", "", "ask: {workers: 64}"),
    ("ask.prices", "", "ask: {prices: {haiku: [0, 0]}}"),
    *((f"ask.{cap}", "", f"ask: {{{cap}: 0}}") for cap in ("max_calls", "max_usd", "daily_usd", "confirm_usd")),
    *((f"ask.{cap}", "", f"ask: {{{cap}: 100000}}") for cap in ("max_calls", "max_usd", "daily_usd", "confirm_usd")),
    ("chunk.limit", "", "chunk: {limit: 1000000000}"),
]


@pytest.mark.parametrize(("name", "own", "file"), LOOSER, ids=[f"{own} < {file}" for _, own, file in LOOSER])
def test_what_would_loosen_is_ignored_and_named(project: Path, name: str, own: str, file: str) -> None:
    users(own)
    before = as_values(load(str(project)))
    shipped(project, file)
    for _ in range(2):  # parsed, then from the copy
        for config in (load(str(project)), load_cached(str(project))):
            assert config.ignored == [name]
            assert config.problem == ""
            assert at(as_values(config), name) == at(before, name)


TIGHTER = [
    ("enabled", "", "enabled: false", False),
    ("copies", "", "copies: false", False),
    ("hints", "hints: true", "hints: false", False),
    ("moment.orders", "moment: {orders: false}", "moment: {orders: true}", True),
    ("moment.agents", "", "moment: {agents: false}", False),
    ("moment.resume", "", "moment: {resume: false}", False),
    ("redact.enabled", "redact: {enabled: false}", "redact: {enabled: true}", True),
    ("redact.skip", "redact: {skip: [aws, jwt]}", "redact: {skip: [jwt]}", ["jwt"]),
    ("redact.extra", "", "redact: {extra: {ticket: 'ACME-\\d+'}}", {"ticket": "ACME-\\d+"}),
    ("redact.extra", "redact: {extra: {a: 'x'}}", "redact: {extra: {b: 'B-1'}}", {"a": "x", "b": "B-1"}),
    ("redact.media", "", "redact: {media: drop}", "drop"),
    ("ask.leaf", "", "ask: {leaf: native}", "native"),
    ("ask.max_calls", "ask: {max_calls: 0}", "ask: {max_calls: 7}", 7),
    ("ask.max_usd", "", "ask: {max_usd: 0.5}", 0.5),
    ("ask.daily_usd", "", "ask: {daily_usd: 1}", 1),
    ("ask.confirm_usd", "", "ask: {confirm_usd: 0.1}", 0.1),
    ("chunk.target", "", "chunk: {target: 400, limit: 800}", 400),
    ("threshold", "", "threshold: 0.01", 0.01),
    ("window", "", "window: 40000", 40_000),
]


@pytest.mark.parametrize(("name", "own", "file", "value"), TIGHTER, ids=[file for _, _, file, _ in TIGHTER])
def test_what_tightens_or_is_harmless_holds(project: Path, name: str, own: str, file: str, value: Any) -> None:
    users(own)
    shipped(project, file)
    for config in (load(str(project)), load_cached(str(project)), load_cached(str(project))):
        assert config.ignored == []
        assert at(as_values(config), name) == value


def test_what_is_allowed_in_a_file_holds_beside_what_is_ignored(project: Path) -> None:
    shipped(project, "threshold: 0.3\nhints: true\nask: {max_usd: 1, workers: 9}\n")
    config = load_cached(str(project))
    assert (config.threshold, config.ask["max_usd"], config.ignored) == (0.3, 1, ["hints", "ask.workers"])


@pytest.mark.parametrize("file", ["a: [", "nonsense: 1", "threshold: 60", "- a", "redact: {extra: {x: '('}}"])
def test_a_file_that_makes_no_sense_leaves_the_users_settings(project: Path, file: str) -> None:
    """Else a stray comma in a repository would switch off what the user has switched on."""
    users("enabled: false\ncopies: false\nredact: {extra: {ticket: 'T-[0-9]+'}}\nask: {max_usd: 0.01}\n")
    shipped(project, file)
    for _ in range(2):
        config = load_cached(str(project))
        assert (config.enabled, config.copies, config.ask["max_usd"]) == (False, False, 0.01)
        assert config.redact_extra == {"ticket": "T-[0-9]+"}
        assert "rlm.yaml" in config.problem
        assert config.problem.isprintable()


def test_the_home_directory_as_a_project_has_one_file_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    home = os.environ["HOME"]
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", os.path.join(home, ".claude"))
    users("hints: true\nredact: {skip: [jwt]}\n")
    config = load_cached(home)
    assert (config.hints, config.redact_skip, config.ignored) == (True, ["jwt"], [])


# Trust.


def test_a_trusted_file_holds_until_it_is_changed(project: Path) -> None:
    path = shipped(project, "hints: true\nredact: {extra: {all: '.'}}\n")
    trust(str(project), path.read_bytes())
    for config in (load(str(project)), load_cached(str(project)), load_cached(str(project))):
        assert (config.hints, config.redact_extra, config.ignored) == (True, {"all": "."}, [])
    stamp = path.stat()
    path.write_text("hints: true\nredact: {skip: [jwt]}   \n")  # as long, and to the clock as old
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert load(str(project)).ignored == ["hints", "redact.skip"]
    assert load_cached(str(project)).redact_skip == []


def test_hooks_heed_trust_that_is_given_and_taken(project: Path) -> None:
    path = shipped(project, "hints: true\n")
    other = project.parent / "other"
    (other / ".claude").mkdir(parents=True)
    shipped(other, "hints: true\n")
    assert not load_cached(str(project)).hints
    trust(str(project), path.read_bytes())
    assert load_cached(str(project)).hints
    assert not load_cached(str(other)).hints  # the same bytes elsewhere were trusted by nobody
    assert distrust(str(project))
    assert not distrust(str(project))
    assert load_cached(str(project)).ignored == ["hints"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"files": []}', b'{"files": {"/": 1}}', b"[" * 100_000, b"\xff"])
def test_a_damaged_list_trusts_nobody(project: Path, data: bytes) -> None:
    path = shipped(project, "hints: true\n")
    trust(str(project), path.read_bytes())
    listed = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "trusted.json"
    listed.write_bytes(data)
    assert not is_trusted(str(project), path.read_bytes())
    assert not load_cached(str(project)).hints
    trust(str(project), path.read_bytes())
    assert load_cached(str(project)).hints


def test_no_copy_of_settings_that_lies_in_the_repository_is_believed(project: Path) -> None:
    """Up to 0.5 it lay in the archive: whoever shipped one could set anything."""
    shipped(project, "threshold: 0.7\n")
    load_cached(str(project))
    kept = json.loads(Path(cache_path(str(project))).read_text())
    kept["values"]["redact"]["enabled"] = False
    planted = project / ".claude" / "rlm" / "state" / "config.json"
    planted.parent.mkdir(parents=True)
    planted.write_text(json.dumps(kept))
    assert load_cached(str(project)).redact_enabled
    assert Path(cache_path(str(project))).is_relative_to(os.environ["CLAUDE_CONFIG_DIR"])
    assert Path(cache_path(str(project))).stat().st_mode & 0o077 == 0


# Files that are meant to hurt.


def fifo(path: Path, _: Path) -> None:
    os.mkfifo(path)


def linked_out(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


HOSTILE: dict[str, Any] = {
    "a pipe": fifo,
    "a directory": lambda path, _: path.mkdir(),
    "a link out": linked_out,
    "a link to nothing that ends": lambda path, _: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path, _: path.symlink_to(path),
    "100 MB": lambda path, _: (path.touch(), os.truncate(path, 100_000_000)),
    "brackets": lambda path, _: path.write_bytes(b"[" * (MOST_BYTES - 1)),
    "maps in maps": lambda path, _: path.write_bytes(b"{a: " * (MOST_BYTES // 4 - 1)),
    "a bomb": lambda path, _: path.write_text(
        "a: &a {x: 1, y: 2}\n" + "".join(f"{c}: &{c} {{<<: [{', '.join(['*' + p] * 9)}]}}\n" for p, c in chain())
    ),
    "a list of lists": lambda path, _: path.write_text(
        "redact: {skip: &a [x]}\n" + "".join(f"{c}: &{c} [{', '.join(['*' + p] * 9)}]\n" for p, c in chain())
    ),
    "items in items": lambda path, _: path.write_bytes(b"- " * (MOST_BYTES // 2 - 1)),
    "as many words as fit": lambda path, _: path.write_bytes(b"[" + b"a," * (MOST_BYTES // 2 - 2) + b"]"),
    "garbage": lambda path, _: path.write_bytes(bytes(range(256)) * 100),
    "a terminal's orders": lambda path, _: path.write_text('"\\e]0;x\\a\\e[2J": 1\n'),
}


def chain() -> list[tuple[str, str]]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return list(pairwise(letters))


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_told_in_one_line_and_the_users_settings_hold(
    project: Path, tmp_path: Path, kind: str
) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret_word_of_the_user: 1\n")
    users("threshold: 0.4\n")
    HOSTILE[kind](project / ".claude" / "rlm.yaml", outside)
    with ends():
        config = load_cached(str(project))
    assert config.threshold == 0.4
    assert "rlm.yaml" in config.problem
    assert "secret_word" not in config.problem
    assert config.problem.isprintable()
    assert len(config.problem) < 700
    with pytest.raises((ConfigError, OSError)):
        load(str(project))


def test_a_link_within_the_project_and_one_of_the_users_own_are_followed(project: Path, tmp_path: Path) -> None:
    (project / "settings.yaml").write_text("threshold: 0.3\n")
    (project / ".claude" / "rlm.yaml").symlink_to(project / "settings.yaml")
    dotfiles = tmp_path / "dotfiles.yaml"
    dotfiles.write_text("hints: true\n")
    users("")
    Path(config_paths("")[0]).unlink()
    Path(config_paths("")[0]).symlink_to(dotfiles)
    config = load_cached(str(project))
    assert (config.threshold, config.hints, config.problem) == (0.3, True, "")


PLAIN = [r"ACME-\d+", "T-[0-9]+", r"\bsk_[a-z0-9]{40}\b", r"INTERNAL-[A-Z]{3}-\d{4}", "VIOLET.ORCHID"]
WILD = [
    *(".", ".*", "x+", r"(a+)+$", "(?:a|a)*b", r"[\s\S]+", "that[a-z]+", "the", r"T-[^x]+", "(?i)T-a", "T-(?=a)"),
    *("T-[A-Z-]+", r"sk_\w+", "T-[a-z]*[a-z]*x", "T-[a-z]*[a-z]{99}x", "T-" + "a" * 300, "T-a{999}", "T-(a)\\1"),
]


@pytest.mark.parametrize("pattern", PLAIN)
def test_a_plain_pattern_of_a_repositorys_runs(pattern: str) -> None:
    assert is_harmless(pattern)


@pytest.mark.parametrize("pattern", WILD)
def test_a_wild_pattern_of_a_repositorys_does_not(pattern: str) -> None:
    assert not is_harmless(pattern)


@pytest.mark.parametrize("pattern", PLAIN)
@pytest.mark.parametrize("text", ["ACME-" * 200_000, "T-1" * 300_000, "1" * 1_000_000, "sk_a" * 250_000])
def test_what_runs_ends_on_any_text(pattern: str, text: str) -> None:
    with ends():
        Redactor(extra=[("x", pattern)])(text + "\n" + text)


def test_a_repository_brings_few_kinds_of_its_own(project: Path) -> None:
    shipped(project, "redact:\n  extra:\n" + "".join(f"    k{n}: 'K{n}-x'\n" for n in range(50)))
    config = load_cached(str(project))
    assert len(config.redact_extra) == 8
    assert config.ignored == ["redact.extra"]


# Whatever two files say.

AMOUNT = st.sampled_from([0, 0.01, 1, 5.0, 1000, 10**9])
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "hints": st.booleans(),
        "copies": st.booleans(),
        "threshold": st.floats(0.01, 1),
        "redact": st.fixed_dictionaries(
            {},
            optional={
                "enabled": st.booleans(),
                "skip": st.lists(st.sampled_from(["aws", "jwt", "github"]), unique=True),
                "extra": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["T-1", ".", "(a+)+$"])),
            },
        ),
        "ask": st.fixed_dictionaries(
            {},
            optional={
                "leaf": st.sampled_from(["claude", "anthropic", "batch", "native"]),
                "workers": st.integers(0, 99),
                "max_usd": AMOUNT,
                "daily_usd": AMOUNT,
                "confirm_usd": AMOUNT,
                "models": st.fixed_dictionaries({}, optional={"leaf": st.sampled_from(["haiku", "opus"])}),
            },
        ),
    },
)


def over(base: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = json.loads(json.dumps(base))
    for key, value in new.items():
        merged[key] = over(merged[key], value) if isinstance(value, dict) else value
    return dict(merged)


def capped(own: float, held: float) -> bool:
    return held == own or (held > 0 and (own == 0 or held <= own))


@given(SETTINGS, SETTINGS)
def test_no_file_of_a_repositorys_loosens_anything(own: dict[str, Any], file: dict[str, Any]) -> None:
    users_own, wanted = over(DEFAULTS, own), over(over(DEFAULTS, own), file)
    held, ignored = tightened(users_own, wanted)
    now, was = Config(held), Config(users_own)
    assert now.enabled <= was.enabled
    assert now.hints <= was.hints
    assert now.copies <= was.copies
    assert now.redact_enabled >= was.redact_enabled
    assert set(now.redact_skip) <= set(was.redact_skip)
    assert was.redact_extra.items() <= now.redact_extra.items()
    assert all(capped(was.ask[cap], now.ask[cap]) for cap in ("max_usd", "daily_usd", "confirm_usd"))
    assert (now.ask["workers"], now.ask["models"]) == (was.ask["workers"], was.ask["models"])
    assert now.ask["leaf"] in (was.ask["leaf"], "native")
    assert (held == wanted) == (not ignored)
    assert tightened(users_own, held) == (held, [])


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace")))
def test_no_bytes_in_the_files_place_are_a_fault_of_ours(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    project = tmp_path_factory.mktemp("p")
    (project / ".claude").mkdir()
    shipped(project, data)
    config = load_cached(str(project))
    assert config.redact_enabled
    try:
        load(str(project))
    except ConfigError:
        assert config.problem
