"""Whether settings can be: names that exist, values of their kinds, patterns that compile."""

from __future__ import annotations

from rlm_core.errors import ConfigError, worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILE_NAME = "rlm.yaml"
OPEN = ("redact.extra.", "ask.prices.")  # maps whose names are the user's
LEAVES = ("claude", "anthropic", "batch", "native")  # what `rlm ask` can have its texts read by
MEDIA = ("keep", "drop")  # what becomes of images and PDFs, in which no secret can be found
MOST_PATTERN = 200  # characters of a pattern that is looked at before it is trusted


def merge(into: dict[str, Any], new: dict[str, Any], path: str, prefix: str = "") -> None:
    """Put what a file says over the settings in `into`. Raises ConfigError on a name that does not exist."""
    for key, value in new.items():
        name = f"{prefix}{key}"
        if key not in into and prefix not in OPEN:
            name = "".join(c if c.isprintable() else "?" for c in name)[:60]  # a repository's: it goes to a terminal
            raise ConfigError(
                worded(
                    "{path}: unknown setting `{name}`; known here: {into}", path=path, name=name, into=", ".join(into)
                )
            )
        if isinstance(into.get(key), dict):
            if not isinstance(value, dict):
                raise ConfigError(worded("{path}: `{name}` must hold `name: value` lines", path=path, name=name))
            merge(into[key], value, path, f"{name}.")
        else:
            into[key] = value


def check(v: dict[str, Any]) -> None:
    """Raise ConfigError on values that cannot be. No pattern is tried out, since it may be a stranger's."""
    target, limit, redact = v["chunk"]["target"], v["chunk"]["limit"], v["redact"]
    _need(isinstance(v["enabled"], bool), "`enabled` must be true or false")
    _need(_whole(target) and 100 <= target <= 100_000, "`chunk.target` must be 100 to 100000 tokens")
    _need(_whole(limit) and limit >= target, "`chunk.limit` must be a number of tokens, at least chunk.target")
    _need(
        isinstance(v["threshold"], (int, float)) and 0 < v["threshold"] <= 1,
        "`threshold` must be above 0 and at most 1 (0.6 tells you at 60 %)",
    )
    _need(_whole(v["window"]) and v["window"] >= 0, "`window` must be a number of tokens, 0 for automatic")
    _need(isinstance(v["hints"], bool), "`hints` must be true or false")
    _need(isinstance(v["copies"], bool), "`copies` must be true or false")
    for name, value in v["moment"].items():
        _need(isinstance(value, bool), worded("`moment.{name}` must be true or false", name=name))
    _need(isinstance(redact["enabled"], bool), "`redact.enabled` must be true or false")
    _need(isinstance(redact["skip"], list) and _texts(redact["skip"]), "`redact.skip` must be a list of kinds")
    extra = redact["extra"]
    _need(_texts([*extra, *extra.values()]), "`redact.extra` must map a kind to a regular expression")
    _need(redact["media"] in MEDIA, "`redact.media` must be `keep` or `drop`")
    for name, value in v["retention"].items():
        _need(_whole(value) and value >= 0, worded("`retention.{name}` must be a whole number, 0 for none", name=name))
    _check_ask(v["ask"])
    try:
        _compile(extra)
    except ValueError as e:
        raise ConfigError(worded("{file_name}: `redact`: {why}", file_name=FILE_NAME, why=e)) from e


def _compile(patterns: dict[str, str]) -> None:
    """Raise ValueError on a short pattern that is none. A long one may take long; it will be ignored anyway."""
    import re

    for kind, pattern in patterns.items():
        try:
            if len(pattern) <= MOST_PATTERN:
                re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as e:
            raise ValueError(worded("the pattern of {kind!r} does not compile: {why}", kind=kind, why=e)) from e


def _check_ask(ask: dict[str, Any]) -> None:
    _need(ask["leaf"] in LEAVES, worded("`ask.leaf` must be one of {leaves}", leaves=", ".join(LEAVES)))
    _need(all(isinstance(m, str) and m for m in ask["models"].values()), "`ask.models` must name a model for each role")
    _need(_whole(ask["part"]) and 500 <= ask["part"] <= 100_000, "`ask.part` must be 500 to 100000 tokens")
    for name in ("workers", "max_calls"):
        _need(_whole(ask[name]) and ask[name] >= 0, worded("`ask.{name}` must be a number, 0 for none", name=name))
    for name in ("max_usd", "daily_usd", "confirm_usd"):
        _need(_amount(ask[name]), worded("`ask.{name}` must be an amount of dollars, 0 for none", name=name))
    _need(
        all(isinstance(p, list) and len(p) == 2 and all(map(_amount, p)) for p in ask["prices"].values()),
        "`ask.prices` must map a model to [input, output], dollars a million tokens",
    )


def _need(ok: bool, message: str) -> None:
    if not ok:
        raise ConfigError(f"{FILE_NAME}: {message}")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf")


def _texts(values: list[Any]) -> bool:
    return all(isinstance(v, str) for v in values)
