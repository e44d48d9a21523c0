"""Settings, from YAML: `<project>/.claude/rlm.yaml` over `<Claude's config dir>/rlm.yaml` over the defaults.

A hook cannot afford to import yaml, so the parsed result is kept as JSON beside the archive's state
and used as long as the YAML files' size and time stamps have not changed.
"""

from __future__ import annotations

import json
import os
import sys

from rlm_core.disk import read, write_atomic
from rlm_core.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.redactor import Redactor

FILE_NAME = "rlm.yaml"

# Every setting with its default; a setting not named here is an error, so that a typo is noticed.
DEFAULTS: dict[str, Any] = {
    "enabled": True,
    "chunk": {"target": 2000, "limit": 4000},
    "threshold": 0.6,
    "window": 0,
    "hints": False,
    "copies": True,
    "redact": {"enabled": True, "skip": [], "extra": {}},  # not `off`, which YAML takes for false
    "ask": {
        "leaf": "claude",
        "models": {"leaf": "haiku", "reduce": "sonnet", "verify": "sonnet"},
        "part": 8000,
        "workers": 0,
        "max_calls": 1000,
        "max_usd": 5.0,
        "daily_usd": 20.0,
        "confirm_usd": 1.0,
        "prices": {},
    },
}
OPEN = ("redact.extra.", "ask.prices.")  # maps whose names are the user's
LEAVES = ("claude", "anthropic", "batch", "native")  # what `rlm ask` can have its texts read by


class Config:
    """The settings of one project.

    target, limit: tokens of a chunk. threshold: share of the window, 0 to 1, at which the user is told.
    window: the model's context in tokens, 0 to take it from the model's name.
    hints: point Claude to archived passages that a prompt matches. copies: keep a second copy in the user's directory.
    redact_extra: kind -> regular expression. ask: the settings of `rlm ask`, as in DEFAULTS. problem: why the files
    were not used, or "".
    """

    __slots__ = (
        "ask",
        "copies",
        "enabled",
        "hints",
        "limit",
        "problem",
        "redact_enabled",
        "redact_extra",
        "redact_skip",
        "target",
        "threshold",
        "window",
    )

    def __init__(self, values: dict[str, Any] | None = None, problem: str = "") -> None:
        v = DEFAULTS if values is None else values
        self.enabled: bool = v["enabled"]
        self.target: int = v["chunk"]["target"]
        self.limit: int = v["chunk"]["limit"]
        self.threshold: float = v["threshold"]
        self.window: int = v["window"]
        self.hints: bool = v["hints"]
        self.copies: bool = v["copies"]
        self.redact_enabled: bool = v["redact"]["enabled"]
        self.redact_skip: list[str] = v["redact"]["skip"]
        self.redact_extra: dict[str, str] = v["redact"]["extra"]
        self.ask: dict[str, Any] = v["ask"]
        self.problem = problem


def config_dir() -> str:
    """Claude Code's own directory: $CLAUDE_CONFIG_DIR or ~/.claude."""
    return os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".claude")


def config_paths(project: str) -> list[str]:
    """The YAML files that count for a project, weakest first; they need not exist."""
    return [os.path.join(config_dir(), FILE_NAME), os.path.join(project, ".claude", FILE_NAME)]


def load(project: str) -> Config:
    """The project's settings, parsed anew. Raises ConfigError on a file that makes no sense."""
    values = json.loads(json.dumps(DEFAULTS))
    for path in config_paths(project):
        data = read(path)
        if data is not None:
            none = values["copies"] is False
            _merge(values, _parse(path, data), path)
            values["copies"] = False if none else values["copies"]  # a project may do without a copy, not order one
    _check(values)
    return Config(values)


def load_cached(project: str, cache: str) -> Config:
    """The settings for a hook: never raises. `cache` is the JSON file that spares the import of yaml.

    A file that makes no sense gives the defaults and says why in `problem`. Defaults redact and
    archive, which is the safe side of a typo.
    """
    stamp = [_stamp(p) for p in config_paths(project)]
    if not any(stamp):
        return Config()
    try:
        cached = json.loads(read(cache) or b"{}")
        if cached.get("stamp") == stamp:
            return Config(cached["values"], cached["problem"])
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        pass
    return _load_and_keep(project, cache, stamp)


def _load_and_keep(project: str, cache: str, stamp: list[Any]) -> Config:
    try:
        config, problem = load(project), ""
    except ConfigError as e:
        config, problem = Config(), str(e)
    except OSError as e:
        return Config(problem=f"cannot read the configuration: {e}")
    config.problem = problem
    copy = json.dumps({"stamp": stamp, "values": as_values(config), "problem": problem})
    try:
        from rlm_core.redaction.clean import own_bytes

        write_atomic(cache, own_bytes(copy.encode()), durable=False)
    except OSError:
        pass  # no archive yet, or a read-only one: parsed again next time
    return config


def as_values(config: Config) -> dict[str, Any]:
    """The nested form of DEFAULTS, as `rlm status --json` shows it."""
    return {
        "enabled": config.enabled,
        "chunk": {"target": config.target, "limit": config.limit},
        "threshold": config.threshold,
        "window": config.window,
        "hints": config.hints,
        "copies": config.copies,
        "redact": {
            "enabled": config.redact_enabled,
            "skip": config.redact_skip,
            "extra": config.redact_extra,
        },
        "ask": config.ask,
    }


def _stamp(path: str) -> list[int] | None:
    try:
        st = os.stat(path)
    except OSError:
        return None
    return [st.st_size, st.st_mtime_ns]


def _parse(path: str, data: bytes) -> dict[str, Any]:
    yaml = _yaml()
    try:
        value = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as e:
        raise ConfigError(f"{path} is not YAML: {e}; correct it or remove it") from e
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: expected `name: value` lines; see the README's configuration section")
    return value


def _yaml() -> Any:
    """PyYAML. Hooks run without site-packages: look beside this package, then where the interpreter has it."""
    try:
        import yaml
    except ImportError:
        import site

        base = os.path.dirname(os.path.dirname(sys.executable))  # -S leaves a venv out of sys.prefix
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        own = [os.path.join(base, "lib", version, "site-packages"), os.path.join(base, "Lib", "site-packages")]
        sys.path += [*own, *site.getsitepackages(), *_plugin_packages()]
        try:
            import yaml
        except ImportError as e:
            raise ConfigError(
                "reading rlm.yaml needs PyYAML, which this Python does not have yet; defaults are used"
            ) from e
    return yaml


def _plugin_packages() -> list[str]:
    """site-packages of the environment that the plugin builds for itself."""
    import glob

    data = os.environ.get("CLAUDE_PLUGIN_DATA", "")
    return glob.glob(os.path.join(data, "venv-*", "lib", "python*", "site-packages")) if data else []


def _merge(into: dict[str, Any], new: dict[str, Any], path: str, prefix: str = "") -> None:
    for key, value in new.items():
        name = f"{prefix}{key}"
        if key not in into and prefix not in OPEN:
            raise ConfigError(f"{path}: unknown setting `{name}`; known here: {', '.join(into)}")
        if isinstance(into.get(key), dict):
            if not isinstance(value, dict):
                raise ConfigError(f"{path}: `{name}` must hold `name: value` lines")
            _merge(into[key], value, path, f"{name}.")
        else:
            into[key] = value


def _check(v: dict[str, Any]) -> None:
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
    _need(isinstance(redact["enabled"], bool), "`redact.enabled` must be true or false")
    _need(isinstance(redact["skip"], list) and _texts(redact["skip"]), "`redact.skip` must be a list of kinds")
    extra = redact["extra"]
    _need(_texts([*extra, *extra.values()]), "`redact.extra` must map a kind to a regular expression")
    _check_ask(v["ask"])
    try:
        redactor(Config(v))
        for kind, pattern in extra.items():
            from rlm_core.redaction.patterns import try_out

            try_out(kind, pattern)
    except ValueError as e:
        raise ConfigError(f"{FILE_NAME}: `redact`: {e}") from e


def _check_ask(ask: dict[str, Any]) -> None:
    _need(ask["leaf"] in LEAVES, f"`ask.leaf` must be one of {', '.join(LEAVES)}")
    _need(all(isinstance(m, str) and m for m in ask["models"].values()), "`ask.models` must name a model for each role")
    _need(_whole(ask["part"]) and 500 <= ask["part"] <= 100_000, "`ask.part` must be 500 to 100000 tokens")
    for name in ("workers", "max_calls"):
        _need(_whole(ask[name]) and ask[name] >= 0, f"`ask.{name}` must be a number, 0 for none")
    for name in ("max_usd", "daily_usd", "confirm_usd"):
        _need(_amount(ask[name]), f"`ask.{name}` must be an amount of dollars, 0 for none")
    _need(
        all(isinstance(p, list) and len(p) == 2 and all(map(_amount, p)) for p in ask["prices"].values()),
        "`ask.prices` must map a model to [input, output], dollars a million tokens",
    )


def redactor(config: Config) -> Redactor:
    """A redactor as the settings say. Raises ValueError on a kind or a pattern that cannot be."""
    from rlm_core.redaction.redactor import Redactor

    return Redactor(enabled=config.redact_enabled, extra=list(config.redact_extra.items()), off=config.redact_skip)


def _need(ok: bool, message: str) -> None:
    if not ok:
        raise ConfigError(f"{FILE_NAME}: {message}")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf")


def _texts(values: list[Any]) -> bool:
    return all(isinstance(v, str) for v in values)
