"""Settings: what is read, what is refused and how it is said, and the copy that hooks read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kits.paths import ROOT

from rlm_core.config import DEFAULTS, Config, as_values, cache_path, config_dir, config_paths, load, load_cached
from rlm_core.errors import ConfigError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".claude").mkdir()
    return tmp_path


def write(project: Path, text: str | bytes, *, user: bool = False) -> Path:
    path = Path(config_paths(str(project))[0 if user else 1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_without_files_the_defaults_hold(project: Path) -> None:
    assert as_values(load(str(project))) == DEFAULTS
    assert as_values(Config()) == DEFAULTS


@pytest.mark.parametrize("text", ["", "\n", "# nothing but a comment\n", "---\n", "~\n"])
def test_an_empty_file_changes_nothing(project: Path, text: str) -> None:
    write(project, text)
    assert as_values(load(str(project))) == DEFAULTS


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("enabled: false", "enabled", False),
        ("chunk: {target: 500, limit: 900}", "target", 500),
        ("chunk:\n  limit: 9000\n", "limit", 9000),
        ("threshold: 0.8", "threshold", 0.8),
        ("threshold: 1", "threshold", 1),
        ("window: 1000000", "window", 1_000_000),
        ("hints: true", "hints", True),
        ("redact: {enabled: false}", "redact_enabled", False),
        ("redact: {skip: [aws, jwt]}", "redact_skip", ["aws", "jwt"]),
        ("redact: {extra: {ticket: 'T-[0-9]+'}}", "redact_extra", {"ticket": "T-[0-9]+"}),
        ("redact: {media: drop}", "redact_media", "drop"),
        ("retention: {days: 90}", "retention_days", 90),
        ("retention: {megabytes: 500}", "retention_megabytes", 500),
    ],
)
def test_a_setting_is_read_and_the_others_keep_their_defaults(project: Path, text: str, name: str, value: Any) -> None:
    write(project, text, user=True)
    found, default = load(str(project)), Config()
    assert getattr(found, name) == value
    for other in set(Config.__slots__) - {name, "target", "limit"}:
        assert getattr(found, other) == getattr(default, other)


def test_the_projects_file_wins_over_the_users(project: Path) -> None:
    write(project, "threshold: 0.5\nchunk: {target: 700}\n", user=True)
    write(project, "chunk: {limit: 5000}\nthreshold: 0.7\n")
    found = load(str(project))
    assert (found.threshold, found.target, found.limit) == (0.7, 700, 5000)


def test_the_users_file_stands_in_claudes_own_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config_dir() == os.environ["CLAUDE_CONFIG_DIR"]
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    assert config_dir() == os.path.join(os.environ["HOME"], ".claude")


REFUSED = [
    ("chunkk: 5", "unknown setting `chunkk`"),
    ("chunk: {size: 5}", r"unknown setting `chunk\.size`"),
    ("redact: {off: [aws]}", r"unknown setting `redact\.(off|False)`"),
    ("chunk: 5", "`chunk` must hold"),
    ("redact: [aws]", "`redact` must hold"),
    ("- a\n- b\n", "expected `name: value` lines"),
    ("just words", "expected `name: value` lines"),
    ("a: [", "is not YAML"),
    ("\tx: 1", "is not YAML"),
    (b"a: \x00", "is not YAML"),
    ("enabled: 1", "`enabled` must be"),
    ("enabled: 'no'", "`enabled` must be"),
    ("chunk: {target: 99}", r"`chunk\.target` must be"),
    ("chunk: {target: 200000}", r"`chunk\.target` must be"),
    ("chunk: {target: true}", r"`chunk\.target` must be"),
    ("chunk: {target: '500'}", r"`chunk\.target` must be"),
    ("chunk: {target: 5000}", r"`chunk\.limit` must be"),
    ("chunk: {limit: 4000.5}", r"`chunk\.limit` must be"),
    ("threshold: 0", "`threshold` must be"),
    ("threshold: 60", "`threshold` must be"),
    ("threshold: 60%", "`threshold` must be"),
    ("threshold: .nan", "`threshold` must be"),
    ("window: -1", "`window` must be"),
    ("window: 200k", "`window` must be"),
    ("hints: 1", "`hints` must be"),
    ("moment: {orders: 1}", "`moment.orders` must be"),
    ("hints: 'on'", "`hints` must be"),
    ("redact: {enabled: maybe}", r"`redact\.enabled` must be"),
    ("redact: {media: none}", r"`redact\.media` must be"),
    ("redact: {media: false}", r"`redact\.media` must be"),
    ("retention: {days: -1}", r"`retention\.days` must be"),
    ("retention: {days: 1.5}", r"`retention\.days` must be"),
    ("retention: {megabytes: true}", r"`retention\.megabytes` must be"),
    ("retention: 90", "`retention` must hold"),
    ("redact: {skip: aws}", r"`redact\.skip` must be"),
    ("redact: {skip: [5]}", r"`redact\.skip` must be"),
    ("redact: {extra: {5: x}}", r"`redact\.extra` must map"),
    ("redact: {extra: {ticket: 5}}", r"`redact\.extra` must map"),
    ("redact: {extra: {ticket: '('}}", "redact"),
    ("enabled: !!python/object/apply:os.system ['true']", "is not YAML"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[repr(t) for t, _ in REFUSED])
def test_what_makes_no_sense_is_refused_in_words_that_help(project: Path, text: str | bytes, message: str) -> None:
    write(project, text)
    with pytest.raises(ConfigError, match=message) as raised:
        load(str(project))
    assert "rlm.yaml" in str(raised.value)


# The copy for hooks.


@pytest.fixture
def cache(project: Path) -> Path:
    return Path(cache_path(str(project)))


def test_the_copy_is_the_same_and_follows_the_file(project: Path, cache: Path) -> None:
    path = write(project, "threshold: 0.7\n")
    for _ in range(2):
        assert load_cached(str(project)).threshold == 0.7
    path.write_text("threshold: 0.75\n")
    assert load_cached(str(project)).threshold == 0.75
    write(project, "window: 5000\n", user=True)
    assert load_cached(str(project)).window == 5000
    path.unlink()
    assert load_cached(str(project)).threshold == 0.6


def test_the_copy_spares_the_parser(project: Path, cache: Path) -> None:
    write(project, "threshold: 0.7\n")
    load_cached(str(project))
    code = (
        "import sys;sys.path.insert(0,sys.argv[1]);from rlm_core.config import load_cached\n"
        "c=load_cached(sys.argv[2]);print(c.threshold,'yaml' in sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(ROOT), str(project), str(cache)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "0.7 False\n"


def test_without_files_no_copy_is_made(project: Path, cache: Path) -> None:
    assert as_values(load_cached(str(project))) == DEFAULTS
    assert not cache.exists()


@pytest.mark.parametrize("text", [t for t, _ in REFUSED[:12]], ids=repr)
def test_a_hook_gets_the_defaults_and_the_reason(project: Path, cache: Path, text: str | bytes) -> None:
    write(project, text)
    for _ in range(2):  # parsed, then from the copy
        found = load_cached(str(project))
        assert as_values(found) == DEFAULTS
        assert "rlm.yaml" in found.problem


@pytest.mark.parametrize(
    "data", [b"", b"garbage", b"[]", b"null", b'{"stamp": 1}', b'{"values": {}}', b"\xff"], ids=repr
)
def test_a_damaged_copy_is_made_anew(project: Path, cache: Path, data: bytes) -> None:
    write(project, "threshold: 0.7\n")
    cache.parent.mkdir(parents=True)
    cache.write_bytes(data)
    assert load_cached(str(project)).threshold == 0.7
    assert json.loads(cache.read_text())["values"]["threshold"] == 0.7


def test_a_copy_with_the_right_stamp_and_wrong_values_is_made_anew(project: Path, cache: Path) -> None:
    write(project, "threshold: 0.7\n")
    load_cached(str(project))
    cache.write_text(json.dumps({**json.loads(cache.read_text()), "values": {"enabled": True}}))
    assert load_cached(str(project)).threshold == 0.7


def test_a_copy_that_cannot_be_written_is_done_without(project: Path, cache: Path) -> None:
    write(project, "threshold: 0.7\n")
    cache.parent.parent.mkdir(parents=True)
    cache.parent.write_text("a file in the folder's place")
    assert load_cached(str(project)).threshold == 0.7


def test_a_directory_in_the_files_place_is_told(project: Path, cache: Path) -> None:
    (project / ".claude" / "rlm.yaml").mkdir()
    found = load_cached(str(project))
    assert as_values(found) == DEFAULTS
    assert "cannot read the configuration" in found.problem


def test_a_python_without_yaml_keeps_the_defaults_and_says_so(project: Path, cache: Path) -> None:
    write(project, "threshold: 0.7\n")
    code = (
        "import sys;sys.path.insert(0,sys.argv[1]);sys.modules['yaml']=None\n"
        "from rlm_core.config import load_cached;c=load_cached(sys.argv[2]);print(c.threshold,c.problem)"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(ROOT), str(project), str(cache)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("0.6 ")
    assert "PyYAML" in said
