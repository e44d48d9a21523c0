"""A Claude Code settings file: what it says, and its text with our hooks put in or taken out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rlm_core.errors import InstallError, phrase, worded
from rlm_core.install import jsontext
from rlm_core.install.files import read_bytes, target_of
from rlm_core.install.handlers import Position, positions
from rlm_core.install.jsontext import JsonError, Layout, Number

WINDOW_KEY = "autoCompactWindow"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Settings:
    """One settings file. `text` is strict JSON: `raw` without its BOM and comments, `{}` for nothing."""

    path: Path
    target: Path
    """What to replace: `path` itself, or where its symlink leads."""
    raw: bytes | None
    """None: there is no file."""
    text: str
    doc: dict[str, object]
    layout: Layout
    strict: bool
    """False: `raw` has comments or trailing commas, so Claude Code ignores it."""

    @property
    def bom(self) -> bool:
        """Whether the file starts with a byte order mark."""
        return self.raw is not None and self.raw.startswith(_BOM)

    @property
    def window(self) -> str | None:
        """The literal `autoCompactWindow`, None without one."""
        return jsontext.value_text(self.text, (WINDOW_KEY,)) if WINDOW_KEY in self.doc else None


def read(path: Path) -> Settings:
    """The settings at `path`; an absent or blank file counts as `{}`. Raises InstallError."""
    target = target_of(path)
    return parse(path, target, read_bytes(target))


def parse(path: Path, target: Path, raw: bytes | None) -> Settings:
    """`raw` understood. Raises InstallError when it is not a UTF-8 JSON object, with or without comments."""
    try:
        source = (raw or b"").removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise _left_alone(path, worded("is not UTF-8 (byte {start})", start=error.start)) from error
    if not source.strip(" \t\r\n"):
        return Settings(path, target, raw, "{}\n" if raw is None else "{}" + source, {}, Layout(), True)
    layout = jsontext.layout_of(source)
    try:
        doc, text, strict = _understood(source, layout)
    except JsonError as error:
        raise _left_alone(path, worded("is not JSON that rlm can edit safely: {why}", why=error)) from error
    if not isinstance(doc, dict):
        raise _left_alone(path, "does not hold a JSON object")
    return Settings(path, target, raw, text, doc, layout, strict)


def _left_alone(path: Path, why: str) -> InstallError:
    return InstallError(
        worded(
            "{path} {why}; nothing was changed: repair or move that file, then try again", path=path, why=phrase(why)
        )
    )


def _understood(source: str, layout: Layout) -> tuple[object, str, bool]:
    """(document, strict text, whether it was strict). The strict reader's complaint is the one to tell."""
    try:
        return jsontext.decode(source), source, True
    except JsonError as strict:
        try:
            doc = jsontext.decode_tolerant(source)
        except JsonError as error:
            raise strict from error
    text = jsontext.render(doc, layout) + (layout.eol if source.endswith("\n") else "")
    return doc, text, False


def check_hooks(settings: Settings) -> None:
    """Raises InstallError when `hooks` has a shape we cannot add to."""
    hooks = settings.doc.get("hooks", {})
    if not isinstance(hooks, dict):
        raise _left_alone(settings.path, "has a `hooks` that is not an object")
    for event, groups in hooks.items():
        if not isinstance(groups, list):
            raise _left_alone(settings.path, worded("has a `hooks.{event}` that is not a list", event=event))


def with_hooks(settings: Settings, handlers: Mapping[str, dict[str, object]]) -> str:
    """The text with one of `handlers` per event: ours replaced in place, strays dropped, new ones last."""
    text = settings.text
    if "hooks" not in settings.doc:
        groups = {event: [{"hooks": [found]}] for event, found in handlers.items()}
        return jsontext.append(text, (), "hooks", jsontext.render(groups, settings.layout), settings.layout)
    return _edit_hooks(text, lambda hooks: _merged(hooks, handlers, settings.layout))


def _edit_hooks(text: str, edit: Callable[[str], str]) -> str:
    """Edits the `hooks` value on its own: the rest of a large file is read once, not at every step."""
    margin = jsontext.margin_at(text, jsontext.locate(text, ("hooks",)))
    hooks = margin + jsontext.value_text(text, ("hooks",))
    return jsontext.put(text, ("hooks",), edit(hooks)[len(margin) :])


def _merged(hooks: str, handlers: Mapping[str, dict[str, object]], layout: Layout) -> str:
    kept: dict[str, Position] = {}
    doomed: list[Position] = []
    for at, _ in positions(jsontext.decode(hooks)):
        if at[0] in handlers and at[0] not in kept:
            kept[at[0]] = at
        else:
            doomed.append(at)
    for event, at in kept.items():
        hooks = _replaced(hooks, at, handlers[event], layout)
    hooks = _pruned(hooks, doomed, {})
    for event in handlers:
        if event not in kept:
            hooks = _added(hooks, event, handlers[event], layout)
    return hooks


def _path(at: Position) -> jsontext.Path:
    event, group, index = at
    return (event, group, "hooks", index)


def _replaced(hooks: str, at: Position, wanted: dict[str, object], layout: Layout) -> str:
    path = _path(at)
    raw = jsontext.render(wanted, layout, jsontext.margin_at(hooks, jsontext.locate(hooks, path)))
    same = jsontext.decode(jsontext.value_text(hooks, path)) == jsontext.decode(raw)
    return hooks if same else jsontext.put(hooks, path, raw)


def _added(hooks: str, event: str, wanted: dict[str, object], layout: Layout) -> str:
    group: object = {"hooks": [wanted]}
    doc = jsontext.decode(hooks)
    if isinstance(doc, dict) and event in doc:
        return jsontext.append(hooks, (event,), None, jsontext.render(group, layout), layout)
    return jsontext.append(hooks, (), event, jsontext.render([group], layout), layout)


def _pruned(hooks: str, doomed: list[Position], keep: Mapping[str, object]) -> str:
    """`hooks` without the `doomed` handlers, and the groups and lists (but `keep`) that they leave empty."""
    for at in sorted(doomed, reverse=True):
        event, group, _ = at
        hooks = jsontext.remove(hooks, _path(at))
        if _empty(hooks, (event, group, "hooks")):
            hooks = jsontext.remove(hooks, (event, group))
        if event not in keep and _empty(hooks, (event,)):
            hooks = jsontext.remove(hooks, (event,))
    return hooks


def _empty(text: str, path: jsontext.Path) -> bool:
    return not jsontext.children(text, jsontext.locate(text, path))


def without_hooks(settings: Settings, before: Mapping[str, object]) -> str:
    """The text without anything of ours. `before`: the document before us, whose empty lists stay."""
    ours = [at for at, _ in positions(settings.doc.get("hooks"))]
    if not ours:
        return settings.text
    former = before.get("hooks")
    keep = former if isinstance(former, dict) else {}
    text = _edit_hooks(settings.text, lambda hooks: _pruned(hooks, ours, keep))
    if "hooks" not in before and _empty(text, ("hooks",)):
        text = jsontext.remove(text, ("hooks",))
    return text


def with_window(text: str, raw: str | None, layout: Layout) -> str:
    """The text with `autoCompactWindow` set to the literal `raw`, or without it (None)."""
    return with_number(text, WINDOW_KEY, raw, layout)


def with_number(text: str, key: str, raw: str | None, layout: Layout) -> str:
    """The text with a key at its top set to the literal `raw`, or without it (None)."""
    doc = jsontext.decode(text)
    present = isinstance(doc, dict) and key in doc
    if raw is None:
        return jsontext.remove(text, (key,)) if present else text
    if present:
        return jsontext.put(text, (key,), raw)
    return jsontext.append(text, (), key, raw, layout)


def is_number(raw: str | None, among: tuple[int, ...]) -> bool:
    """Whether the literal `raw` is one of the integers."""
    return raw is not None and raw in {str(each) for each in among}


def number(value: object) -> int | None:
    """A decoded value as an integer, None when it is not one."""
    return int(value) if isinstance(value, Number) and value.isdigit() and len(value) < 19 else None
