"""The errors a user may meet. Each message says what, where, and what to do next."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Worded(str):
    """A text in English that knows what it was made of, so that `language/notices` can tell it in another language.

    form: the text with its values in braces, by which its translation is found; `{n:|chunk|chunks}` is the word that
    fits a number. Whatever does not ask for a translation (JSON, files, logs) has the English text.
    """

    form: str
    values: dict[str, object]

    def __new__(cls, form: str, values: dict[str, object]) -> Worded:
        made = super().__new__(cls, form.format_map({name: _told(value) for name, value in values.items()}))
        made.form, made.values = form, values
        return made

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return str, (str(self),)


class _Number(int):
    def __format__(self, spec: str) -> str:
        if not spec.startswith("|"):
            return super().__format__(spec)
        _, one, many = spec.split("|")
        return one if self == 1 else many


class Counted(Worded):
    """How many there are of something: `1 session`, `2 sessions`. what: as in `language/nouns`."""

    number: int
    what: str

    def __new__(cls, number: int, what: str) -> Counted:
        made = str.__new__(cls, f"{number:,} {what if number == 1 else _plural(what)}")
        made.number, made.what = number, what
        return made


class Joined(Worded):
    """Several texts with a mark between them."""

    mark: str
    parts: tuple[str, ...]

    def __new__(cls, mark: str, parts: Iterable[str]) -> Joined:
        parts = tuple(parts)
        made = str.__new__(cls, mark.join(parts))
        made.mark, made.parts = mark, parts
        return made


def worded(form: str, /, **values: object) -> Worded:
    """A text that can be told in another language. A value may be such a text or an error itself.

    >>> worded("{path}: {why}", path="a.md", why=worded("line {n} is no CSV", n=3))
    'a.md: line 3 is no CSV'
    """
    return Worded(form, values)


def system_said(error: OSError) -> str:
    """What the system says of an error and of which file, without its number: `No space left on device: /a/b`."""
    return f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror)


def _told(value: object) -> object:
    """A value as a text has it: a number also tells one from many."""
    if type(value) is int:
        return _Number(value)
    return system_said(value) if isinstance(value, OSError) and value.strerror else value


def of_system(error: OSError) -> str:
    """What the system says of an error, without the name of a file, as a value of such a text."""
    return phrase(error.strerror or str(error))


def phrase(text: str) -> Worded:
    """A text of ours without values of its own, such as the reason within another: told in a language with it."""
    return text if isinstance(text, Worded) else Worded(text.replace("{", "{{").replace("}", "}}"), {})


def _plural(what: str) -> str:
    if what.endswith("y"):
        return f"{what[:-1]}ies"
    return f"{what}es" if what.endswith(("s", "x")) else f"{what}s"


class RlmError(Exception):
    """Something the user can act on; the CLI prints the message and exits 1."""


class UsageError(RlmError):
    """A command line that cannot be meant; the CLI prints the message and exits 2."""


class ConfigError(RlmError):
    """A configuration file that cannot be read or holds a value that makes no sense."""


class ArchiveError(RlmError):
    """The archive's directory cannot be used: read-only, full, foreign-owned, a symlink."""


class FileRefusedError(ArchiveError, OSError):
    """A file that is there and is not read: a link, a pipe, a directory, too large, or the system refuses it."""


class LockTimeoutError(RlmError):
    """Another process held the lock for longer than we were willing to wait. path: of the lock, "" when unknown."""

    path = ""


class LockUnsupportedError(ArchiveError):
    """Neither the archive's file system nor that of temporary files has locks."""


class InstallError(Exception):
    """Nothing (more) was written. The message says what, where, and what to do next."""
