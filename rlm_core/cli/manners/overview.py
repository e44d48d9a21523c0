"""What there is: the verbs in groups, one line each, as `rlm` alone and `rlm --help` print them."""

from __future__ import annotations

from rlm_core.cli.manners.columns import cut, room
from rlm_core.cli.manners.verbtable import GROUPS
from rlm_core.cli.output import BOLD, say, say_json, styled
from rlm_core.language.notices import in_french, notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any


def overview(args: argparse.Namespace) -> int:
    """Print what there is; always exit 0. args.top: the parser of all commands."""
    if args.json:
        groups = [(group, verb, text) for group, rows in grouped(lines_of(args.top)) for verb, text in rows]
        say_json({"commands": [{"command": verb, "group": group, "does": text} for group, verb, text in groups]})
    else:
        say(told(args.top).rstrip("\n"))
    return 0


def lines_of(top: argparse.ArgumentParser) -> dict[str, str]:
    """Verb -> what it does, in the parser's words."""
    commands: Any = top._subparsers._group_actions[0]  # type: ignore[union-attr]
    return {str(action.dest): str(action.help) for action in commands._choices_actions}


def grouped(lines: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(verb, what it does)]), with what stands in no group at the end."""
    made = [(group, [(verb, lines[verb]) for verb in verbs if verb in lines]) for group, verbs in GROUPS.items()]
    known = {verb for _, rows in made for verb, _ in rows}
    rest = [(verb, text) for verb, text in lines.items() if verb not in known]
    return [(group, rows) for group, rows in [*made, ("More", rest)] if rows]


def told(top: argparse.ArgumentParser) -> str:
    """The overview as a text, in the user's language."""
    lines = [notice("Keeps the whole history of your Claude Code sessions as files, and finds it again.")]
    width = room()
    shown = lines_of(top)
    broad = max(map(len, shown))
    for group, rows in grouped(shown):
        lines += ["", styled(notice(group), BOLD)]
        french = GROUPS.get(group, {}) if in_french() else {}
        for verb, text in rows:
            lines.append(cut(f"  {verb:{broad}}  {french[verb][0] if verb in french else text}", width))
    lines += ["", notice("Before or after each command: --project DIR, --json, --no-pager.")]
    lines += [notice("`rlm COMMAND --help` shows its options and an example. Begin with: rlm install"), ""]
    return "\n".join(lines)
