"""The columns that are asked for: `vendor!, amount: float, date: date, severity: low|medium|high`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rlm_core.errors import UsageError, worded
from rlm_core.language.folding import composed, fold, unaccented

TEXT, INT, FLOAT, DATE, BOOL, CHOICE = "text", "int", "float", "date", "bool", "choice"
TYPES = (TEXT, INT, FLOAT, DATE, BOOL)
_ALSO = {
    "str": TEXT, "string": TEXT, "texte": TEXT, "integer": INT, "entier": INT, "number": FLOAT, "nombre": FLOAT,
    "decimal": FLOAT, "boolean": BOOL, "booleen": BOOL,
}  # fmt: skip
MAX_FIELDS, MAX_NAME_CHARS, MAX_CHOICES = 40, 60, 40
_NAME = re.compile(r"[^\W_][\w .'’/()%°#&+-]*")
_APART = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Field:
    """A column. kind: one of TYPES, or CHOICE with its `choices`. required: a row without it is not verified.

    key: what the reader calls it: letters, figures and underscores of ASCII, as APIs demand of a schema's names.
    """

    name: str
    kind: str = TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    key: str = ""

    @property
    def typed(self) -> str:
        """Its type as it is written."""
        return "|".join(self.choices) if self.choices else self.kind


def fields_of(spec: str) -> tuple[Field, ...]:
    """The fields that a text names, parted by commas: `NAME[!][: TYPE[!]]`.

    TYPE is text, int, float, date, bool, or choices: `low|medium|high`. `!` marks what every row must have. Raises
    UsageError, naming what is wrong, on an empty or repeated name, an unknown type, and too many fields.

    >>> [(f.name, f.kind, f.required) for f in fields_of("vendor!, amount: float")]
    [('vendor', 'text', True), ('amount', 'float', False)]
    """
    fields = [_field(one) for one in spec.strip().removesuffix(",").split(",")]
    if len(fields) > MAX_FIELDS:
        raise UsageError(
            worded(
                "--fields names {n} fields, more than {most_fields}: ask twice", n=len(fields), most_fields=MAX_FIELDS
            )
        )
    known: dict[str, str] = {}
    for field in fields:
        same = known.setdefault(same_name(field.name), field.name)
        if same is not field.name:
            raise UsageError(
                worded(
                    "--fields: {name} and {same} are the same name: give each column one of its own",
                    name=field.name,
                    same=same,
                )
            )
    return _keyed(fields)


def same_name(name: str) -> str:
    """What two spellings of one name have in common: neither case nor accents nor what parts their words count."""
    return _APART.sub("", fold(name)) or fold(name)


def _field(written: str) -> Field:
    name, colon, kind = (composed(" ".join(s.split())) for s in written.partition(":"))
    required = name.endswith("!") or kind.endswith("!")
    name, kind = name.removesuffix("!").rstrip(), kind.removesuffix("!").rstrip()
    if not name:
        raise UsageError('--fields: a field has no name; write them as "vendor, amount: float, date: date"')
    if len(name) > MAX_NAME_CHARS or not _NAME.fullmatch(name):
        raise UsageError(
            worded(
                "--fields: {name!r} is no name: at most {most_name_chars} letters, figures, spaces and simple "
                "marks, with a letter or a figure first",
                name=name[:MAX_NAME_CHARS],
                most_name_chars=MAX_NAME_CHARS,
            )
        )
    field = Field(name, required=required)
    if "|" in kind:
        return replace(field, kind=CHOICE, choices=_choices(name, kind))
    plain = fold(kind)
    if colon and plain not in TYPES and plain not in _ALSO:
        raise UsageError(
            worded(
                "--fields: {name}: there is no type {kind!r}; {types}, or choices: `severity: low|medium|high`",
                name=name,
                kind=kind,
                types=", ".join(TYPES),
            )
        )
    return replace(field, kind=_ALSO.get(plain, plain) or TEXT)


def _choices(name: str, kind: str) -> tuple[str, ...]:
    choices = tuple(c.strip() for c in kind.split("|"))
    if not all(choices) or len({fold(c) for c in choices}) < len(choices) or len(choices) > MAX_CHOICES:
        raise UsageError(
            worded(
                "--fields: {name}: {kind}: two to {most_choices} choices with |, each once and none empty",
                name=name,
                kind=kind,
                most_choices=MAX_CHOICES,
            )
        )
    return choices


def _keyed(fields: list[Field]) -> tuple[Field, ...]:
    keys: set[str] = set()
    made = []
    for number, field in enumerate(fields, 1):
        key = _APART.sub("_", unaccented(field.name)).strip("_")[:MAX_NAME_CHARS] or f"column_{number}"
        key = key if key not in keys else f"{key}_{number}"
        keys.add(key)
        made.append(replace(field, key=key))
    return tuple(made)
