"""What an install keeps for uninstall to give back: the manifest, and backups named by their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rlm_core.errors import InstallError, phrase, worded
from rlm_core.install import jsontext
from rlm_core.install import manifest as manifests
from rlm_core.install.actions import Action, note
from rlm_core.install.files import PRIVATE_FILE, read_bytes, sha256
from rlm_core.install.manifest import Manifest, Window, refused
from rlm_core.install.scopes import Scope
from rlm_core.install.settings import Settings, is_number, parse, with_window, without_hooks
from rlm_core.install.statusbar import chained

STAYS = "and it stays where it is"


@dataclass(frozen=True)
class SettingsRecord:
    """What the manifest says of the settings file. backups: name -> bytes, which it needs on disk."""

    written: tuple[str, ...]
    baseline: str | None
    original: str | None
    lossy: bool
    backups: Mapping[str, bytes]


def load(scope: Scope) -> tuple[Manifest | None, list[Action]]:
    """The scope's manifest and notes about it. The manifest is None when there is none, or when it is damaged or not of
    this user, which a note tells."""
    data = read_bytes(scope.manifest)
    if data is None:
        return None, []
    try:
        found = manifests.load(data)
    except (ValueError, RecursionError) as error:
        told = worded(
            "{manifest} is damaged ({why}): going by what the settings hold instead", manifest=scope.manifest, why=error
        )
        return None, [note(told, scope.manifest)]
    why = refused(scope, data, found)
    if why:
        told = worded(
            "{manifest} {why}: nothing is deleted or restored because it says so, {stays}",
            manifest=scope.manifest,
            why=phrase(why),
            stays=phrase(STAYS),
        )
        return None, [note(told, scope.manifest)]
    return found, []


def backup_name(scope: Scope, data: bytes) -> str:
    """The file name of a backup. The same bytes get the same name, so a rerun makes no second copy."""
    return f"{scope.settings.name}.{sha256(data)[:16]}"


def backup(scope: Scope, name: str | None) -> bytes | None:
    """A backup's bytes; None when there is none, or when it is not what its name says."""
    data = read_bytes(scope.install / name) if name else None
    return data if data is not None and name == backup_name(scope, data) else None


def save(directory: Path, name: str, data: bytes) -> list[Action]:
    """The step that writes `data` to that file of the directory; no step when the file holds it already."""
    path = directory / name
    before = read_bytes(path)
    if before == data:
        return []
    return [Action("backup", path, "the settings as they were, to the byte", before, data, PRIVATE_FILE)]


def is_untouched(current: Settings, old: Manifest | None) -> bool:
    """Whether the settings are byte for byte what we wrote."""
    return old is not None and current.raw is not None and sha256(current.raw) in old.written


def without_us(scope: Scope, current: Settings, old: Manifest | None) -> bytes | None:
    """The bytes of the settings without our parts; as they are when nothing in them is ours.

    None means that the file goes, because we made it and nothing else is in it.
    """
    text = without_hooks(current, _document_before(scope, old))
    text = chained.without_ours(text, current, old.bar if old else None)
    window = old.window if old else None
    if window and is_number(current.window, window.ours):
        text = with_window(text, window.former, current.layout)
    if text == current.text:
        return current.raw
    if old and old.baseline is None and jsontext.decode(text) == {}:
        return None
    return text.encode()


def _document_before(scope: Scope, old: Manifest | None) -> Mapping[str, object]:
    data = backup(scope, old.baseline) if old else None
    try:
        return parse(scope.settings, scope.settings, data).doc
    except InstallError:
        return {}


def given_back(scope: Scope, current: Settings, old: Manifest | None) -> bytes | None:
    """What the settings file holds after an uninstall; None means that the file goes.

    It is the file from before the install, to the byte, if nobody has edited it since, else the file without our
    parts. Claude Code lays the whole file out anew when it saves a permission: a file that says the same in another
    layout counts as not edited.
    """
    if old and old.baseline is None and is_untouched(current, old):
        return None
    rest = without_us(scope, current, old)
    data = backup(scope, old.baseline) if old else None
    if data is None or not (is_untouched(current, old) or _says_the_same(scope, current, rest, data)):
        return rest
    return data


def _says_the_same(scope: Scope, current: Settings, rest: bytes | None, baseline: bytes) -> bool:
    if rest is None or not current.strict:
        return False
    try:
        docs = [parse(scope.settings, scope.settings, data).doc for data in (rest, baseline)]
    except InstallError:
        return False
    return jsontext.meaning(docs[0]) == jsontext.meaning(docs[1])


def keep(scope: Scope, current: Settings, old: Manifest | None, after: bytes) -> SettingsRecord:
    """What the manifest has to say once the settings `current` are replaced by `after`.

    While nobody else edits the file, the first backup stays the one to give back, through any number of upgrades.
    After an edit by the user, their file without our parts takes its place: the first would undo their edit.
    """
    if old and is_untouched(current, old):
        written = tuple(dict.fromkeys([*old.written, sha256(after)]))
        return SettingsRecord(written, old.baseline, old.original, old.lossy, {})
    if old and after == current.raw:
        return SettingsRecord(old.written, old.baseline, old.original, old.lossy, {})
    base = given_back(scope, current, old)
    first = base if current.strict else current.raw
    backups = {backup_name(scope, data): data for data in (base, first) if data is not None}
    original = backup_name(scope, first) if first is not None else None
    lossy = not current.strict
    if old and old.original and current.strict:
        original, lossy = old.original, old.lossy
    name = None if base is None else backup_name(scope, base)
    return SettingsRecord((sha256(after),), name, original, lossy, backups)


def window_record(current: Settings, old: Manifest | None, wanted: int | None) -> Window | None:
    """What the manifest has to say of `autoCompactWindow` once it is set to `wanted`; None leaves it as it is."""
    known = old.window if old else None
    if wanted is None:
        return known
    if known and is_number(current.window, known.ours):
        return Window(tuple(dict.fromkeys([*known.ours, wanted])), known.former)
    if current.window == str(wanted):
        return known
    return Window((wanted,), current.window)
