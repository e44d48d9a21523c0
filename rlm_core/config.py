"""Settings, from YAML: `<project>/.claude/rlm.yaml` over `<Claude's config dir>/rlm.yaml` over the defaults.

The project's file is the repository's: it may tighten what the user has set, and loosen nothing unless the user has
trusted it (see `rules`). A hook cannot afford to import yaml, so the parsed result is kept as JSON in the user's own
directory and used as long as the files' size and time stamps have not changed.
"""

from __future__ import annotations

import os

from rlm_core import quickjson as json
from rlm_core.disk import machine, make_dir, write_atomic
from rlm_core.errors import ArchiveError, ConfigError, worded
from rlm_core.home import config_dir as config_dir
from rlm_core.home import own_dir, trusted_list, user_key
from rlm_core.redaction.clean import RULES

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
    "moment": {"orders": True, "agents": True, "resume": True},
    "redact": {"enabled": True, "skip": [], "extra": {}, "media": "keep"},  # not `off`, which YAML takes for false
    "retention": {"days": 0, "megabytes": 0},
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
FORM = 4  # of the copy; another one means that other rules may have been at work


class Config:
    """The settings of one project.

    target, limit: tokens of a chunk. threshold: share of the window, 0 to 1, at which the user is told.
    window: the model's context in tokens, 0 to take it from the model's name.
    hints: point Claude to archived passages that a prompt matches. copies: keep a second copy in the user's directory.
    moment: what is told after a compaction (the user's `orders`, the sub-`agents`) and on `resume`, as in DEFAULTS.
    redact_extra: kind -> regular expression. redact_media: whether to "keep" or "drop" images and PDFs. retention_days,
    retention_megabytes: age and size of sessions above which the oldest are forgotten, 0 for never. ask: the settings
    of `rlm ask`, as in DEFAULTS. problem: why a file was not used, or "". ignored: settings of the project's
    file that would loosen the user's and were not taken, by name.
    """

    __slots__ = (
        "ask",
        "copies",
        "enabled",
        "hints",
        "ignored",
        "limit",
        "moment",
        "problem",
        "redact_enabled",
        "redact_extra",
        "redact_media",
        "redact_skip",
        "retention_days",
        "retention_megabytes",
        "target",
        "threshold",
        "window",
    )

    def __init__(
        self, values: dict[str, Any] | None = None, problem: str = "", ignored: list[str] | None = None
    ) -> None:
        v = DEFAULTS if values is None else values
        self.enabled: bool = v["enabled"]
        self.target: int = v["chunk"]["target"]
        self.limit: int = v["chunk"]["limit"]
        self.threshold: float = v["threshold"]
        self.window: int = v["window"]
        self.hints: bool = v["hints"]
        self.copies: bool = v["copies"]
        self.moment: dict[str, bool] = v["moment"]
        self.redact_enabled: bool = v["redact"]["enabled"]
        self.redact_skip: list[str] = v["redact"]["skip"]
        self.redact_extra: dict[str, str] = v["redact"]["extra"]
        self.redact_media: str = v["redact"]["media"]
        self.retention_days: int = v["retention"]["days"]
        self.retention_megabytes: int = v["retention"]["megabytes"]
        self.ask: dict[str, Any] = v["ask"]
        self.problem = problem
        self.ignored = ignored or []


def config_paths(project: str) -> list[str]:
    """The YAML files that count for a project, weakest first; they need not exist."""
    return [os.path.join(config_dir(), FILE_NAME), os.path.join(project, ".claude", FILE_NAME)]


def load(project: str) -> Config:
    """The project's settings, parsed anew. Raises ConfigError on a file that makes no sense."""
    if not any(map(os.path.lexists, config_paths(project))):
        return Config()
    return _with_projects(_users(), project)


def load_cached(project: str, cache: str = "") -> Config:
    """The settings for a hook: never raises. `cache` is the JSON file that spares the import of yaml.

    A file that makes no sense counts for nothing and is told in `problem`: a project's leaves the user's settings, the
    user's leaves the defaults. Defaults redact and archive, which is the safe side of a typo.
    """
    own, shipped = config_paths(project)
    stamp = [FORM, _stamp(own), _stamp(shipped), None]
    if stamp[1] is None and stamp[2] is None:
        return Config()
    if stamp[2] is not None:
        stamp[3] = _stamp(trusted_list())
    cache = cache or cache_path(project)
    try:
        cached = machine(cache)
        if cached.get("stamp") == stamp and cached["project"] == project and cached.pop("check") == _seal(cached):
            return Config(cached["values"], cached["problem"], cached["ignored"])
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        pass
    return _load_and_keep(project, cache, stamp)


def cache_path(project: str) -> str:
    """Where the copy of a project's settings lies: with the user, since what lies in a repository may be anybody's."""
    from rlm_core.digest import hexdigest

    return os.path.join(own_dir(), "config", f"{hexdigest(os.fsencode(project), 16)}.json")


def _load_and_keep(project: str, cache: str, stamp: list[Any]) -> Config:
    config, problem = Config(), ""
    try:
        config = _users()
        config = _with_projects(config, project)
    except ConfigError as e:
        problem = worded("{why}", why=e)
    except OSError as e:
        return Config(as_values(config), worded("cannot read the configuration: {why}", why=e), config.ignored)
    config.problem = problem
    copy = {"stamp": stamp, "project": project, "values": as_values(config), "problem": str(problem)}
    copy["ignored"] = config.ignored
    try:
        from rlm_core.redaction.clean import own_bytes

        make_dir(os.path.dirname(cache))
        write_atomic(cache, own_bytes(json.dumps({**copy, "check": _seal(copy)}).encode()), durable=False)
    except (OSError, ArchiveError):
        pass  # parsed again next time
    return config


def _seal(copy: dict[str, Any]) -> str:
    """A hash of a parsed copy: a flipped bit in it must not loosen what holds."""
    from rlm_core.digest import hexdigest

    return hexdigest(json.dumps(copy).encode(), 8)


def _users() -> Config:
    """What the user's own file says, over the defaults. Raises ConfigError, OSError."""
    from rlm_core.rules.check import check, merge
    from rlm_core.rules.yamlfile import contents, parse

    values, path = json.loads(json.dumps(DEFAULTS)), config_paths("")[0]
    data = contents(path)
    if data is not None:
        merge(values, parse(path, data), path)
        check(values)
    return _tried(values)


def _with_projects(own: Config, project: str) -> Config:
    """The user's settings with the project's over them, as far as they may be. Raises ConfigError, OSError."""
    from rlm_core.rules.check import check, merge
    from rlm_core.rules.tighten import tightened
    from rlm_core.rules.trusted import is_trusted
    from rlm_core.rules.yamlfile import contents, parse

    users_path, path = config_paths(project)
    if os.path.realpath(users_path) == os.path.realpath(path):  # the home directory as a project: one file
        return own
    data = contents(path, within=project)
    if data is None:
        return own
    wanted = json.loads(json.dumps(as_values(own)))
    merge(wanted, parse(path, data, aliases=False), path)
    check(wanted)
    if is_trusted(project, data):
        return _tried(wanted)
    held, ignored = tightened(as_values(own), wanted)
    return _tried(held, ignored)


def _tried(values: dict[str, Any], ignored: list[str] | None = None) -> Config:
    """The settings, once their redactor could be made. Raises ConfigError."""
    config = Config(values, ignored=ignored)
    try:
        redactor(config)
        if config.redact_extra:
            from rlm_core.redaction.extras import try_out

            for kind, pattern in config.redact_extra.items():
                try_out(kind, pattern)
    except ValueError as e:
        raise ConfigError(worded("{file_name}: `redact`: {why}", file_name=FILE_NAME, why=e)) from e
    return config


def wanted(project: str) -> tuple[bytes, Config]:
    """(the project's settings file, the settings that would hold if it were trusted), for whoever is to decide that.

    Raises ConfigError when there is no such file, or it makes no sense.
    """
    from rlm_core.rules.check import check, merge
    from rlm_core.rules.yamlfile import contents, parse

    path = config_paths(project)[1]
    data = contents(path, within=project)
    if data is None:
        raise ConfigError(worded("there is no {path}: nothing is to be trusted", path=path))
    values = as_values(_users())
    merge(values, parse(path, data, aliases=False), path)
    check(values)
    return data, _tried(values)


def is_silenced(project: str) -> bool:
    """Whether it is an untrusted file of the project's that switches archiving off, and not the user."""
    try:
        data, _ = wanted(project)
        from rlm_core.rules.trusted import is_trusted

        return _users().enabled and not is_trusted(project, data)
    except (ConfigError, OSError):
        return False


def as_values(config: Config) -> dict[str, Any]:
    """The nested form of DEFAULTS, as `rlm status --json` shows it."""
    return {
        "enabled": config.enabled,
        "chunk": {"target": config.target, "limit": config.limit},
        "threshold": config.threshold,
        "window": config.window,
        "hints": config.hints,
        "copies": config.copies,
        "moment": config.moment,
        "redact": {
            "enabled": config.redact_enabled,
            "skip": config.redact_skip,
            "extra": config.redact_extra,
            "media": config.redact_media,
        },
        "retention": {"days": config.retention_days, "megabytes": config.retention_megabytes},
        "ask": config.ask,
    }


def _stamp(path: str) -> list[int] | None:
    try:
        st = os.stat(path)
    except OSError:
        return None
    return [st.st_size, st.st_mtime_ns]


def redactor(config: Config, *, marks: bool = False) -> Redactor:
    """A redactor as the settings say. Raises ValueError on a kind or a pattern that cannot be.

    marks: it tells of each secret its kind and its fingerprint, for what is archived.
    """
    from rlm_core.redaction.redactor import Redactor

    made = Redactor(enabled=config.redact_enabled, extra=list(config.redact_extra.items()), off=config.redact_skip)
    made.key = _key if marks else None
    return made


def _key() -> bytes:
    try:
        return user_key(create=True)
    except (ArchiveError, OSError):
        return b""  # what is archived is more than what tells of its secrets


def rules_of(config: Config) -> int:
    """The number of the rules by which a chunk that is made now has been redacted; 0 when redaction is off."""
    return RULES if config.redact_enabled else 0
