"""What a person reads on a terminal, in the user's language: what happened, and what to do next.

The English text is the key (`worded` in `errors` keeps it); `french` holds its French, loaded for a French user
alone. What a program reads (JSON, logs, files, what Claude is told) is not looked up here.
"""

from __future__ import annotations

import os

from rlm_core.errors import Counted, Joined, Worded, system_said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = ("hooks", "reports", "commands", "refusals", "whys", "checks", "demo")
"""Modules of `french`, in the order in which a form is looked for: hooks find theirs in the first."""
_MARKS = {"; ": " ; ", ": ": " : ", " and ": " et "}
"""What stands between texts."""
_UNBROKEN = {" :": "\u00a0:", " ;": "\u00a0;", " ?": "\u00a0?", " !": "\u00a0!", "« ": "«\u00a0", " »": "\u00a0»"}


def in_french() -> bool:
    """Whether the user's locale is a French one: LC_ALL, else LC_MESSAGES, else LANG."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "").lower().startswith("fr")


def numbered(number: int) -> str:
    """12,345, or as one writes it in French."""
    return f"{number:,}".replace(",", "\u202f") if in_french() else f"{number:,}"


def several(number: int, what: str) -> str:
    """`1 session`, `2 sessions`, in the user's language; in French none is one. what: as in `french/nouns`."""
    return here(Counted(number, what))


def notice(english: str, /, **values: object) -> str:
    """A notice in the user's language. english: the text, with values in braces by their names.

    >>> notice("{what} needs a value", what="--session")
    '--session needs a value'
    """
    return here(Worded(english, values))


def here(what: object) -> str:
    """A text or an error in the user's language. A plain text is told so where it is a form of two words or more."""
    if in_french():
        return _french(what)
    return system_said(what) if isinstance(what, OSError) and what.strerror else str(what)


def here_if(wanted: bool, what: object) -> str:
    """The same where it is wanted, as on a terminal; else in English, as skills and pipes read it."""
    return here(what) if wanted else str(what)


def typeset(french: str) -> str:
    """A text of ours with spaces at which no line is broken before the signs of two parts, and within guillemets."""
    for plain, unbroken in _UNBROKEN.items():
        french = french.replace(plain, unbroken)
    return french


def _french(what: object) -> str:
    if isinstance(what, Counted):
        return str(_FrenchCount(what))
    if isinstance(what, Joined):
        return typeset(_MARKS.get(what.mark, what.mark)).join(map(_french, what.parts))
    if isinstance(what, Worded):
        values = {name: _value(value) for name, value in what.values.items()}
        return typeset(_form(what.form)).format_map(values)
    if isinstance(what, BaseException):
        return _of_error(what)
    return _plain(str(what))


def _plain(text: str) -> str:
    """A text that is not `worded`: one of ours that has no values, or somebody's own, which stays as it is."""
    return typeset(_form(text)) if " " in text and "{" not in text else text


def _value(value: object) -> object:
    """A value as a French form writes it."""
    if isinstance(value, Counted):
        return _FrenchCount(value)
    if isinstance(value, (Worded, BaseException)):
        return _french(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _FrenchNumber(value)
    return _FrenchFraction(value) if isinstance(value, float) else value


class _FrenchFraction(float):
    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(",", "\u202f")


class _FrenchNumber(int):
    def __format__(self, spec: str) -> str:
        if spec.startswith("|"):
            return _chosen(self, spec)
        return super().__format__(spec).replace(",", "\u202f")


class _FrenchCount(str):
    """A number with its noun, by which a form may also choose another word."""

    number: int

    def __new__(cls, counted: Counted) -> _FrenchCount:
        from rlm_core.language.french.nouns import NOUNS

        words = NOUNS.get(counted.what, (counted.what, f"{counted.what}s"))
        made = super().__new__(
            cls, f"{_FrenchNumber(counted.number):,} {_chosen(counted.number, '|'.join(('', *words)))}"
        )
        made.number = counted.number
        return made

    def __format__(self, spec: str) -> str:
        return _chosen(self.number, spec) if spec.startswith("|") else super().__format__(spec)


def _chosen(number: int, spec: str) -> str:
    """The one of `|one|several` that fits a number."""
    _, one, many = spec.split("|")
    return one if abs(number) < 2 else many


def _form(english: str) -> str:
    """The French form; the English one where there is none."""
    for table in _tables():
        if english in table:
            return table[english]
    if any(map(str.isalpha, _outside(english))):
        return english
    for mark, french in _MARKS.items():
        english = english.replace(mark, french)
    return english


def _outside(form: str) -> str:
    """What of a form stands outside of its values."""
    return "".join([part.rpartition("}")[2] for part in form.split("{")])


def forms() -> dict[str, str]:
    """All that there is in French, by the English of it."""
    return {english: french for table in _tables() for english, french in table.items()}


def _tables() -> Iterator[dict[str, str]]:
    from importlib import import_module

    for name in TABLES:
        yield import_module(f"rlm_core.language.french.{name}").FRENCH


def _of_error(error: BaseException) -> str:
    """An error's message: of ours by its form, of the system by what it says."""
    message = error.args[0] if len(error.args) == 1 else None
    if isinstance(message, Worded):
        return _french(message)
    if isinstance(error, OSError) and error.strerror:
        said = typeset(_form(str(error.strerror)))
        return f"{said}\u00a0: {error.filename}" if error.filename else said
    return _plain(str(error))
