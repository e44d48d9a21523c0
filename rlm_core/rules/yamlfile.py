"""Reads one `rlm.yaml`: a regular file of bounded size, as YAML without tricks. For when the file has changed."""

from __future__ import annotations

import os
import stat
import sys

from rlm_core.disk import NOFOLLOW, lies_within
from rlm_core.errors import ConfigError, worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_BYTES = 16 * 1024  # of a settings file; all settings with their comments take some 2 KB
MOST_DEEP = 16  # maps and lists in each other; ours are three deep, and PyYAML takes minutes for 16,000
SHOWN = 300  # characters of what YAML has to say about a file


def contents(path: str, within: str = "") -> bytes | None:
    """A settings file's bytes; None when there is none.

    within: a directory that a link in the file's place must not lead out of; "" lets it lead anywhere. Raises
    ConfigError for what is no file of settings, such as a pipe or 100 MB, and OSError.
    """
    real = os.path.realpath(path)
    if within and not lies_within(real, os.path.realpath(within)):
        raise ConfigError(worded("{path} is a link that leads out of the project; put a file there", path=path))
    try:
        # Not blocking: opening a pipe would wait for somebody to write into it.
        fd = os.open(real, os.O_RDONLY | NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(worded("{path} is no regular file; remove it", path=path))
        data = b""
        while len(data) <= MOST_BYTES and (more := os.read(fd, MOST_BYTES + 1 - len(data))):
            data += more
    finally:
        os.close(fd)
    if len(data) > MOST_BYTES:
        raise ConfigError(
            worded(
                "{path} is larger than {most} KB, which no settings are; shorten it",
                path=path,
                most=MOST_BYTES // 1024,
            )
        )
    return data


def parse(path: str, data: bytes, *, aliases: bool = True) -> dict[str, Any]:
    """The settings that a file's bytes hold, nested as in the file. Raises ConfigError.

    aliases: allow `*name`, by which a few lines can stand for gigabytes.
    """
    yaml = _yaml()
    try:
        _check_shape(path, yaml, data, aliases=aliases)
        value = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as e:
        said = "".join(c if c.isprintable() else " " for c in " ".join(str(e).split()))[:SHOWN]
        raise ConfigError(worded("{path} is not YAML: {said}; correct it or remove it", path=path, said=said)) from e
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(worded("{path}: expected `name: value` lines; see docs/configuration.md", path=path))
    return value


def _check_shape(path: str, yaml: Any, data: bytes, *, aliases: bool) -> None:
    """Raise ConfigError for what no settings look like, before it is put together."""
    depth = 0
    for event in yaml.parse(data, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) and not aliases:
            raise ConfigError(
                worded("{path} uses aliases (`*name`), which settings do not need; write the value out", path=path)
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEEP:
            raise ConfigError(
                worded(
                    "{path} nests values {most_deep} deep, which no settings are; correct it or remove it",
                    path=path,
                    most_deep=MOST_DEEP,
                )
            )


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
