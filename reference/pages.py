"""The generated pages as texts: commands, configuration, events, troubleshooting, each in both languages."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reference.checks import CHECKS, in_code
from reference.events import EVENTS as EVENT_WORDS
from reference.french import GROUPS as GROUP_WORDS
from reference.prose import PROSE
from reference.settings import SETTINGS
from rlm_core.cli.manners.helpwords import OPTIONS
from rlm_core.cli.manners.overview import grouped, lines_of
from rlm_core.cli.manners.verbtable import GROUPS, examples
from rlm_core.cli.parser import parser
from rlm_core.config import DEFAULTS
from rlm_core.hooks.events import EVENTS
from rlm_core.install.handlers import EVENTS as HANDLERS

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr")
OPEN = ("redact.extra", "ask.prices")  # maps whose names are the user's
NAMES = ("commands", "configuration", "events", "troubleshooting")
FOLDERS = {"en": "docs", "fr": "docs/fr"}
COMMON = ("--help", "--project", "--json", "--no-pager")  # said once, above all commands


def pages() -> dict[str, str]:
    """Path below the repository -> the page as it ought to stand there."""
    makers = {
        "commands": commands,
        "configuration": configuration,
        "events": events,
        "troubleshooting": troubleshooting,
    }
    return {f"{FOLDERS[lang]}/{name}.md": makers[name](lang) for name in NAMES for lang in LANGUAGES}


def missing() -> list[str]:
    """What has no words in one of the languages, each with the place where they are to be written."""
    return [*_commands_missing(), *_tables_missing()]


def _commands_missing() -> Iterator[str]:
    french = {verb: row[0] for rows in GROUPS.values() for verb, row in rows.items()}
    for verb, line in lines_of(parser()).items():
        if not line:
            yield f"`rlm {verb}` has no help: rlm_core/cli/options"
        if not french.get(verb):
            yield f"`rlm {verb}` has no line in French: GROUPS in rlm_core/cli/manners/verbtable.py"
        if not examples(verb):
            yield f"`rlm {verb}` has no example: GROUPS in rlm_core/cli/manners/verbtable.py"
    for group, _ in grouped(lines_of(parser())):
        if group not in GROUP_WORDS:
            yield f"the group of commands {group!r} has no French: GROUPS in reference/french.py"
    for one in all_commands():
        for row in one.rows:
            where = f"`{one.name} {row.name}`"
            if not row.help:
                yield f"{where} has no help: rlm_core/cli/options"
            elif row.help not in OPTIONS:
                yield f"{where} has no French for {row.help!r}: OPTIONS in rlm_core/cli/manners/helpwords.py"


def _tables_missing() -> Iterator[str]:
    made: tuple[tuple[set[str], dict[str, Any], str], ...] = (
        (set(settings()), SETTINGS, "the setting `{}`: SETTINGS in reference/settings.py"),
        (set(EVENTS), EVENT_WORDS, "the event {}: EVENTS in reference/events.py"),
        (in_code(), CHECKS, "the check {!r} of `rlm doctor`: CHECKS in reference/checks.py"),
    )
    for code, table, place in made:
        yield from (f"no words for {place.format(name)}" for name in sorted(code - table.keys()))
        yield from (f"words for what is no more, {place.format(name)}" for name in sorted(table.keys() - code))


# Commands.


@dataclass(frozen=True)
class Row:
    """name: an option with its metavar, or an argument. help: the parser's words, with its numbers filled in."""

    name: str
    help: str


@dataclass(frozen=True)
class Command:
    """name: `rlm search`, or `rlm repl exec`. verbs: of verbs below it, name -> help."""

    name: str
    usage: str
    rows: tuple[Row, ...]


def all_commands() -> list[Command]:
    """Every command, and every verb below one, in the parser's order."""
    return list(_below(parser(), "rlm"))


def _below(p: argparse.ArgumentParser, name: str) -> Iterator[Command]:
    for action in p._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for choice in action._choices_actions:
            below = action.choices[choice.dest]
            verb = f"{name} {choice.dest}"
            rows = _rows(below)
            if name != "rlm":
                rows = (Row("", _plain(choice.help, below, choice)), *rows)
            yield Command(verb, _usage(below, verb), rows)
            yield from _below(below, verb)


def _usage(p: argparse.ArgumentParser, name: str) -> str:
    arguments = [a for a in p._actions if not a.option_strings]
    shown = [_metavar(a) for a in arguments if a.help != argparse.SUPPRESS]
    return " ".join([name, *shown])


def _metavar(action: argparse.Action) -> str:
    if isinstance(action, argparse._SubParsersAction):
        return f"[{action.metavar} …]"
    name = str(action.metavar or action.dest)
    return {"?": f"[{name}]", "*": f"[{name}…]", "+": f"{name}…"}.get(str(action.nargs), name)


def _rows(p: argparse.ArgumentParser) -> tuple[Row, ...]:
    made = []
    for action in p._actions:
        if isinstance(action, argparse._SubParsersAction) or action.help == argparse.SUPPRESS:
            continue
        if action.option_strings and action.option_strings[-1] in COMMON:
            continue
        names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        if action.option_strings and action.nargs != 0:
            given = action.metavar or "|".join(map(str, filter(None, action.choices or [action.dest.upper()])))
            names = f"{names} {given}"
        made.append(Row(names, _plain(action.help, p, action)))
    return tuple(made)


def _plain(text: str | None, p: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Help as argparse prints it: `%%` is one sign."""
    return str(text % {**vars(action), "prog": p.prog}) if text else ""


def commands(lang: str) -> str:
    """Every command with every option."""
    lines, top = [PROSE["commands"][lang]], parser()
    by_name = {c.name: c for c in all_commands()}
    french = {verb: row[0] for rows in GROUPS.values() for verb, row in rows.items()}
    for group, verbs in grouped(lines_of(top)):
        lines += ["", f"## {group if lang == 'en' else GROUP_WORDS[group]}"]
        for verb, text in verbs:
            said = text if lang == "en" else french[verb]
            lines += ["", f"### rlm {verb}", "", f"{said[:1].upper()}{said[1:]}.", "", "```sh", *examples(verb), "```"]
            shown = [c for n, c in by_name.items() if n == f"rlm {verb}" or n.startswith(f"rlm {verb} ")]
            for one in shown:
                lines += ["", *_command_table(one, lang)]
    return _joined(lines)


def _command_table(one: Command, lang: str) -> list[str]:
    said = {row.name: row.help if lang == "en" else OPTIONS[row.help] for row in one.rows}
    head = [f"`{one.usage}`{': ' + said.pop('') if '' in said else ''}"]
    if not said:
        return head
    first = {"en": "| option | |", "fr": "| option | |"}[lang]
    return [*head, "", first, "|---|---|", *[f"| {_code(name)} | {_cell(text)} |" for name, text in said.items()]]


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return re.sub(r"<(?=\w)", "&lt;", text.replace("|", r"\|")) if "`" not in text else text.replace("|", r"\|")


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


# Settings.


def settings(values: dict[str, Any] | None = None, prefix: str = "") -> dict[str, Any]:
    """Name with dots -> default, in the order of DEFAULTS."""
    made: dict[str, Any] = {}
    for key, value in (DEFAULTS if values is None else values).items():
        name = f"{prefix}{key}"
        made.update(settings(value, f"{name}.") if isinstance(value, dict) and name not in OPEN else {name: value})
    return made


MAY = {  # what the rules of `rlm_core.rules.tighten` are called, by the function that makes them
    "_free": ("set it, within bounds", "le régler, dans des bornes"),
    "_lower": ("lower it", "le baisser"),
    "_users": ("nothing", "rien"),
    "_fewer": ("shorten it", "la raccourcir"),
    "_more_secrets": ("add to it, up to eight", "en ajouter, huit au plus"),
}


def configuration(lang: str) -> str:
    """Every setting with its default and what a project's file may do with it."""
    at = LANGUAGES.index(lang)
    lines = [PROSE["configuration"][lang], ""]
    lines += [
        "```yaml",
        *_yaml(lang),
        "```",
        "",
        PROSE["settings"][lang],
        "",
        PROSE["settings head"][lang],
        "|---|---|---|---|",
    ]
    for name, default in settings().items():
        row = (f"`{name}`", f"`{json.dumps(default)}`", _project_may(name, at), _cell(SETTINGS[name][at]))
        lines.append(f"| {' | '.join(row)} |")
    return _joined(lines)


def _project_may(name: str, at: int) -> str:
    from rlm_core.rules.tighten import RULES

    rule = next(RULES[n] for n in (name, name.rpartition(".")[0]) if n in RULES)
    maker = rule.__qualname__.partition(".")[0]
    if maker != "_only":
        return MAY[maker][at]
    (only,) = {cell.cell_contents for cell in rule.__closure__ or ()}
    return f"{('set', 'mettre')[at]} `{json.dumps(only)}`"


def _yaml(lang: str) -> Iterator[str]:
    """The defaults as a settings file; one kind of the user's own is shown, commented out."""
    at = LANGUAGES.index(lang)
    yield from _yaml_of(DEFAULTS, "", "", at)


def _yaml_of(values: dict[str, Any], indent: str, prefix: str, at: int) -> Iterator[str]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and name not in OPEN:
            yield f"{indent}{key}:"
            yield from _yaml_of(value, f"{indent}  ", f"{name}.", at)
        else:
            said = re.sub(r" \(\[[^\]]+\]\([^)]+\)\)", "", SETTINGS[name][at]).replace("`", "")
            short = said if len(said) < 70 else said.partition(";")[0].strip()
            yield f"{indent}{key}: {value if isinstance(value, str) else json.dumps(value)}".ljust(24) + f" # {short}"


# Events and troubleshooting.


def events(lang: str) -> str:
    """What happens at each event, and what lies on the disk then."""
    lines = [PROSE["events"][lang], "", PROSE["events head"][lang], "|---|---|---|---|---|"]
    for event in EVENTS:
        cells = EVENT_WORDS[event][LANGUAGES.index(lang)]
        lines.append(f"| `{event}` | {' | '.join(map(_cell, cells))} | {HANDLERS[event][1]} s |")
    return _joined([*lines, "", PROSE["events end"][lang]])


def troubleshooting(lang: str) -> str:
    """Each check of `rlm doctor`, what it tries and what to do; symptoms before it."""
    lines = [PROSE["troubleshooting"][lang], "", PROSE["checks head"][lang], "|---|---|---|"]
    for name, words in CHECKS.items():
        lines.append(f"| {name} | {' | '.join(map(_cell, words[LANGUAGES.index(lang)]))} |")
    return _joined(lines)
