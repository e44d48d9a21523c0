"""`rlm completion SHELL`: what completes commands, options and their values in bash, zsh and fish, from the parser.

Nothing is run while a user types: a script holds all there is, so that it is printed anew after an upgrade.
"""

from __future__ import annotations

import argparse

from rlm_core.cli.manners.overview import lines_of
from rlm_core.cli.manners.verbtable import french_line
from rlm_core.cli.output import say, say_json
from rlm_core.cli.parser import parser
from rlm_core.language.notices import in_french

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FILES = ("FILE", "PATH", "DIR", "TRANSCRIPT", "WHAT", "NAME=PATH", "FILE|DIR")
"""What metavars of values that are files' names are called."""


class Completed:
    """What may stand behind one command. below: verbs of its own; files: whether a word may be a file's name."""

    def __init__(self, words: str, does: str, given: argparse.ArgumentParser) -> None:
        self.words = words
        self.does = does
        self.options = [a for a in given._actions if a.option_strings]
        verbs = next((a for a in given._actions if isinstance(a, argparse._SubParsersAction)), None)
        self.below: dict[str, str] = {str(a.dest): _helped(a) for a in verbs._choices_actions} if verbs else {}
        places = [a for a in given._actions if not a.option_strings and a is not verbs]
        self.choices = [str(c) for a in places for c in a.choices or ()]
        self.files = any(a.metavar in FILES for a in places)


def commands() -> list[Completed]:
    """All commands, those of `rlm repl` behind it."""
    top = parser()
    choices: dict[str, Any] = top._subparsers._group_actions[0].choices  # type: ignore[union-attr,assignment]
    made = []
    for verb, does in lines_of(top).items():
        made.append(Completed(verb, french_line(verb) or does if in_french() else does, choices[verb]))
        below = next((a for a in choices[verb]._actions if isinstance(a, argparse._SubParsersAction)), None)
        made += [Completed(f"{verb} {v}", made[-1].below[v], p) for v, p in below.choices.items()] if below else []
    return made


def _helped(action: argparse.Action) -> str:
    """What a verb within one, or an option, is for, in the user's language."""
    text = str(action.help or "")
    if in_french():
        from rlm_core.cli.manners.helpwords import OPTIONS

        text = OPTIONS.get(text, text)
    return text.replace("%%", "%")


def completion(args: argparse.Namespace) -> int:
    """Print the script for a shell."""
    text = {"bash": bash, "zsh": zsh, "fish": fish}[args.shell](commands())
    if args.json:
        say_json({"shell": args.shell, "script": text})
    else:
        say(text.rstrip("\n"))
    return 0


def _values(action: argparse.Action) -> list[str]:
    return [str(c) for c in action.choices or () if str(c)]


def _takes_file(action: argparse.Action) -> bool:
    return action.nargs != 0 and action.metavar in FILES


def _cases(known: list[Completed], words: str) -> Iterator[str]:
    """For a `case` of bash and zsh: the options of each command, and what follows it that is no option."""
    for c in known:
        options = " ".join(o for a in c.options for o in a.option_strings)
        plain = " ".join([*c.below, *c.choices])
        yield f'    "{c.words}") options="{options}"; words="{plain}"; files={int(c.files)} ;;'
    yield f'    *) options="--help --json --no-pager --project --version"; words="{words}"; files=0 ;;'


def _value_cases(known: list[Completed]) -> Iterator[str]:
    """The values of options that have a choice, take a file, or take anything."""
    seen: dict[str, str] = {}
    for c in known:
        for a in (a for a in c.options if a.nargs != 0):
            said = f'values="{" ".join(_values(a))}"' if _values(a) else f"files={int(_takes_file(a))}"
            for option in a.option_strings:
                seen.setdefault(f"{c.words} {option}", said)
    for said in sorted(set(seen.values())):
        names = "|".join(f'"{name}"' for name, one in seen.items() if one == said)
        yield f"    {names}) takes=1; {said} ;;"


SHARED = """\
  # Which command it is: the first words that are no options.
  local command="" word takes values options words files
  local i
  for ((i = {first}; i < {current}; i++)); do
    word="{nth}"
    case "$word" in
      --project) ((i++)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command="$word"
         else case "$command $word" in {below}) command="$command $word" ;; esac; fi ;;
    esac
  done
  takes=0 values="" files=0
  case "$command {previous}" in
{values}
    *" --project"|"--project") takes=1; files=1 ;;
  esac
"""


def _shared(known: list[Completed], **places: str) -> str:
    below = [f'"{c.words}"' for c in known if " " in c.words]
    return SHARED.format(values="\n".join(_value_cases(known)), below="|".join(below), **places)


def bash(known: list[Completed]) -> str:
    """For bash: `eval "$(rlm completion bash)"` in ~/.bashrc."""
    words = " ".join(c.words for c in known if " " not in c.words)
    shared = _shared(
        known, first="1", current="COMP_CWORD", nth="${COMP_WORDS[i]}", previous="${COMP_WORDS[COMP_CWORD-1]}"
    )
    cases = "\n".join(_cases(known, words))
    return f"""\
# bash completion for rlm; made by `rlm completion bash`
_rlm() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" IFS=$' \t\n'
{shared}  COMPREPLY=()
  if [[ $takes == 1 ]]; then
    if [[ -n $values ]]; then COMPREPLY=($(compgen -W "$values" -- "$current"))
    elif [[ $files == 1 ]]; then IFS=$'\n'; COMPREPLY=($(compgen -f -- "$current")); fi
    return
  fi
  case "$command" in
{cases}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current"))
       if [[ $files == 1 ]]; then IFS=$'\n'; COMPREPLY+=($(compgen -f -- "$current")); fi ;;
  esac
}}
complete -o filenames -F _rlm rlm
"""


def zsh(known: list[Completed]) -> str:
    """For zsh: `eval "$(rlm completion zsh)"` in ~/.zshrc, behind compinit."""
    verbs = " ".join(_zsh_quoted(f"{c.words}:{c.does}") for c in known if " " not in c.words)
    shared = _shared(known, first="2", current="CURRENT", nth="${line[i]}", previous="${line[CURRENT-1]}")
    cases = "\n".join(_cases(known, "")).replace("words=", "plain=")
    shared = shared.replace("options words files", "options plain files")
    return f"""\
#compdef rlm
# zsh completion for rlm; made by `rlm completion zsh`
_rlm() {{
  local -a line verbs
  line=("${{words[@]}}")
{shared}  if [[ $takes == 1 ]]; then
    if [[ -n $values ]]; then compadd -- ${{=values}}
    elif [[ $files == 1 ]]; then _files; fi
    return
  fi
  case "$command" in
{cases}
  esac
  if [[ ${{line[CURRENT]}} == -* ]]; then
    compadd -- ${{=options}}
  elif [[ -z $command ]]; then
    verbs=({verbs})
    _describe command verbs
  else
    compadd -- ${{=plain}}
    if [[ $files == 1 ]]; then _files; fi
  fi
}}
if [[ $funcstack[1] == _rlm ]]; then _rlm "$@"; else compdef _rlm rlm; fi
"""


def _zsh_quoted(text: str) -> str:
    verb, _, does = text.partition(":")
    return "'" + f"{verb}:{does}".replace("'", "'\\''") + "'"


def fish(known: list[Completed]) -> str:
    """For fish: `rlm completion fish > ~/.config/fish/completions/rlm.fish`."""
    first = [c for c in known if " " not in c.words]
    names = " ".join(c.words for c in first)
    lines = ["# fish completion for rlm; made by `rlm completion fish`", "complete -c rlm -f"]
    none = f"'not __fish_seen_subcommand_from {names}'"
    for c in first:
        lines.append(f"complete -c rlm -n {none} -a {c.words} -d {_fish_quoted(c.does)}")
    for option in ("json", "no-pager", "help", "version"):
        lines.append(f"complete -c rlm -n {none} -l {option}")
    lines.append(f"complete -c rlm -n {none} -l project -x -a '(__fish_complete_directories)'")
    for c in known:
        lines += _fish_command(c)
    return "\n".join(lines) + "\n"


def _fish_command(c: Completed) -> Iterator[str]:
    verb, _, below = c.words.partition(" ")
    seen = f"__fish_seen_subcommand_from {verb}"
    seen += f"; and __fish_seen_subcommand_from {below}" if below else ""
    if c.below:
        seen += f"; and not __fish_seen_subcommand_from {' '.join(c.below)}"
    for name, does in c.below.items():
        yield f"complete -c rlm -n '{seen}' -a {name} -d {_fish_quoted(does)}"
    if c.choices:
        yield f"complete -c rlm -n '{seen}' -a '{' '.join(c.choices)}'"
    if c.files:
        yield f"complete -c rlm -n '{seen}' -F"
    for action in c.options:
        names = " ".join(f"-l {o[2:]}" if o.startswith("--") else f"-s {o[1:]}" for o in action.option_strings)
        value = ""
        if action.nargs != 0:
            value = (
                f" -x -a '{' '.join(_values(action))}'"
                if _values(action)
                else (" -r -F" if _takes_file(action) else " -x")
            )
        yield f"complete -c rlm -n '{seen}' {names}{value} -d {_fish_quoted(_helped(action))}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
