"""A command line's words put into the order that argparse takes, and one line about one that cannot be meant.

Options may stand anywhere, those that every command has also before the command. What nobody knows is answered with
the nearest of what there is.
"""

from __future__ import annotations

import argparse
import re
import sys

from rlm_core.cli.manners.verbtable import MEANT, examples, french_line
from rlm_core.language.notices import in_french, notice
from rlm_core.language.quoting import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, NoReturn

FLAGS, VALUED = ("--json", "--no-pager"), ("--project",)
"""Options that every command has: without a value, and with one."""
MOST = 120  # characters of a wrong word that are repeated
DATE_WORDS = 6  # of the longest date: `the day before yesterday at 10:30`
SHOWN = 12  # choices that are named


class OneLineParser(argparse.ArgumentParser):
    """A parser that tells of a mistake in one line on stderr and ends the process with 2."""

    def error(self, message: str) -> NoReturn:
        wrong(self.prog, _reworded(message), self.prog)

    def format_help(self) -> str:
        """What there is; below it examples, which are not filled."""
        shown = examples(self.prog.rpartition(" ")[2]) if self.prog.count(" ") == 1 else ()
        lines = [f"\n{notice('Examples').lower()}:", *(f"  {line}" for line in shown), ""]
        if in_french():
            self._in_french()
        text = super().format_help() + ("\n".join(lines) if shown else "")
        return text.replace("usage: ", "utilisation : ", 1) if in_french() else text

    def _print_message(self, message: str, file: Any = None) -> None:
        """Raise OSError when it cannot be written, which argparse passes over."""
        out = file or sys.stderr
        out.write(message)
        out.flush()

    def _in_french(self) -> None:
        """Put the French of all texts in their places; the process ends when they are printed."""
        from rlm_core.cli.manners.helpwords import HEADINGS, OPTIONS

        for action in self._actions:
            text = str(action.help or "")
            action.help = OPTIONS.get(text.replace("%%", "%"), text).replace("%%", "%").replace("%", "%%")
            for choice in getattr(action, "_choices_actions", ()):
                choice.help = OPTIONS.get(choice.help, choice.help)
        for group in self._action_groups:
            group.title = HEADINGS.get(str(group.title), group.title)
        verb = self.prog.partition(" ")[2]
        self.description = french_line(verb) or OPTIONS.get(str(self.description), self.description)


class TopParser(OneLineParser):
    """The parser of whole command lines, whose help is the overview."""

    def format_help(self) -> str:
        from rlm_core.cli.manners.overview import told

        return told(self)


def wrong(prog: str, why: str, command: str = "") -> NoReturn:
    """Tell what is wrong and where help is, in one line; exit 2. command: whose `--help` tells more."""
    more = notice("`{command} --help` shows what there is", command=command) if command not in ("", "rlm") else ""
    mark = "" if why.endswith("?") else ";"
    said = f"{why}{notice(mark)} {more or notice('`rlm` shows what there is')}"
    line = re.sub("[ \\t\\r\\n]+", " ", visible(said)).strip()
    sys.stderr.write(f"{prog}: {line}\n")
    raise SystemExit(2)


def nearest(word: str, names: Iterable[str], most: int = 1) -> list[str]:
    """Those of the names that a word may have meant, the nearest first."""
    from difflib import get_close_matches  # for a wrong line alone

    known = {name.lower().lstrip("-"): name for name in names}
    return [known[near] for near in get_close_matches(word[:MOST].lower().lstrip("-"), list(known), most, 0.65)]


def _meant(found: list[str]) -> str:
    return notice("; did you mean {what}?", what=found[0]) if found else ""


def _short(word: str) -> str:
    return word if len(word) <= MOST else f"{word[:MOST]}…"


def _reworded(message: str) -> str:
    """argparse's message, shorter: what is missing or wrong, and what was meant."""
    required = re.fullmatch(r"the following arguments are required: (.*)", message)
    if required:
        return notice("{what} is missing", what=required[1])
    one_of = re.fullmatch(r"one of the arguments (.*) is required", message)
    if one_of:
        return notice("one of {several} is missing", several=", ".join(one_of[1].split()))
    parts = re.fullmatch(r"argument ([^:]{1,200}): (.*)", message, re.DOTALL)
    if not parts:
        return _short(message)
    what, why = parts[1].replace("/", ", "), parts[2]
    if why.startswith("expected "):
        return notice("{what} needs a value", what=what)
    if why.startswith("ignored explicit argument"):
        return notice("{what} takes no value", what=what)
    other = re.fullmatch(r"not allowed with argument (.*)", why)
    if other:
        return notice("{what} does not go with {other}", what=what, other=other[1])
    choice = re.fullmatch(r"invalid choice: '(.*)' \(choose from (.*)\)", why, re.DOTALL)
    if not choice:
        return notice("{what}: {why}", what=what, why=why)
    known = [c for c in re.findall(r"[\w-]+", choice[2]) if c]
    named = ", ".join(known[:SHOWN])
    said = notice("{what}: {value} is none of {several}", what=what, value=_short(choice[1]), several=named)
    return said + _meant(nearest(choice[1], known))


# The order of words.


def verb_first(argv: Sequence[str]) -> list[str]:
    """The words with the command first; options that every command has may stand before it.

    >>> verb_first(["--json", "--project", "a", "list"])
    ['list', '--json', '--project', 'a']
    """
    words, moved = list(argv), []
    while words and words[0].startswith(("--json", "--no-pager", "--project")):
        moved.append(words.pop(0))
        if moved[-1] in VALUED:
            if not words:
                wrong("rlm", notice("{what} needs a value", what=moved[-1]))
            moved.append(words.pop(0))
    return [*words[:1], *moved, *words[1:]]


def known_verb(word: str, verbs: Iterable[str]) -> None:
    """End with 2, and the nearest verb, for a word that is none of them."""
    verbs = list(verbs)
    if word in verbs:
        return
    if word.startswith("-"):
        found = nearest(word, [*FLAGS, *VALUED, "--help", "--version"])
        wrong("rlm", notice("there is no option {what}", what=_short(word)) + _meant([f"rlm {o}" for o in found]))
    found = [MEANT[word]] if MEANT.get(word) in verbs else nearest(word, verbs)
    wrong("rlm", notice("there is no command {what}", what=_short(word)) + _meant([f"rlm {v}" for v in found]))


def in_order(parser: argparse.ArgumentParser, words: Sequence[str]) -> list[str]:
    """The words as argparse takes them: options first, then the others, of which argparse takes none for an option.

    Ends with 2 for an option that the parser does not have, for one without its value, and for words too many.
    """
    below = _verbs_below(parser)
    options: list[str] = []
    others: list[str] = []
    left = iter(words)
    while (word := next(left, None)) is not None:
        if word == "--":
            others += left
        elif not word.startswith("-") or word == "-":
            if below is not None:
                if word not in below.choices:
                    found = nearest(word, below.choices)
                    said = notice("there is no command {what}", what=_short(word)) + _meant(found)
                    wrong(parser.prog, said, parser.prog)
                return [*options, word, *in_order(below.choices[word], list(left))]
            others.append(word)
        else:
            taken, left = _option(parser, word, left)
            options += taken
    if len(others) > (most := _takes(parser)):
        wrong(parser.prog, notice("{what} is one word too many", what=_short(others[int(most)])), parser.prog)
    return [*options, "--", *others] if others else options


def _verbs_below(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser] | None:
    return next((a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None)


def _takes(parser: argparse.ArgumentParser) -> float:
    """How many words that are no options a parser takes at most."""
    kinds = [a.nargs for a in parser._actions if not a.option_strings]
    if any(kind in ("*", "+") for kind in kinds):
        return float("inf")
    return sum(kind if isinstance(kind, int) else 1 for kind in kinds)


def _option(parser: argparse.ArgumentParser, word: str, left: Iterator[str]) -> tuple[list[str], Iterator[str]]:
    """An option with its value, and the words behind it."""
    name, equals, value = word.partition("=") if word.startswith("--") else (word[:2], "", word[2:])
    action = _action(parser, name, word)
    if action.nargs == 0:
        if equals:
            wrong(parser.prog, notice("{what} takes no value", what=name), parser.prog)
        return [word], left
    if not equals and not value:
        value = next(left, "--")
        if value.startswith("-") and value != "-" and not re.fullmatch(r"-\d+(\.\d+)?", value):
            wrong(parser.prog, notice("{what} needs a value", what=name), parser.prog)
        if action.metavar == "DATE":
            value, left = _date_of_words(action, value, list(left))
    return [f"{name}={value}"] if word.startswith("--") else [name, value], left


def _date_of_words(action: argparse.Action, first: str, behind: list[str]) -> tuple[str, Iterator[str]]:
    """(a date, the words behind it): `--since last week` has one of two words. What is a date by itself stays one."""

    def is_date(text: str) -> bool:
        try:
            action.type(text)  # type: ignore[operator,misc]
        except argparse.ArgumentTypeError:
            return False
        return True

    if not is_date(first):
        for n in range(min(len(behind), DATE_WORDS - 1), 0, -1):
            joined = " ".join([first, *behind[:n]])
            if is_date(joined):
                return joined, iter(behind[n:])
    return first, iter(behind)


def _action(parser: argparse.ArgumentParser, name: str, word: str) -> argparse.Action:
    """The option that a name or the beginning of one means."""
    known = {option: action for action in parser._actions for option in action.option_strings}
    if name in known and (name.startswith("--") or known[name].nargs != 0 or word == name):
        return known[name]
    fits = [option for option in known if name.startswith("--") and option.startswith(name)]
    if len({known[option].dest for option in fits}) == 1:
        return known[fits[0]]
    if fits:
        said = notice("{what} may mean {several}", what=_short(name), several=", ".join(fits))
    else:
        found = nearest(name if word.startswith("--") else f"-{word}", known)
        said = notice("there is no option {what}", what=_short(word.partition("=")[0])) + _meant(found)
    wrong(parser.prog, said, parser.prog)
