"""A model that obeys: it calls a skill and has the client's Bash run the given commands, one after the other."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from .mock_api import MockApi, Request
from .product import Product
from .replies import Reply, calls, say, tool

# A path with a space or an accent stands in quotes.
COMMAND = re.compile(
    r"('[^'\n]*/rlm'|(?:[^\s`('\"]*/)?rlm|(?:'[^'\n]+'|[^\s`(]+) -m rlm_core) (?:ask|archive|repl exec|search) "
)


def obeys(product: Product, mock: MockApi, prompt: str, commands: Sequence[str]) -> list[str]:
    """What Bash said to each command. `RLM` stands for the command that the skill names."""
    said: list[str] = []

    def runs(command: str, first: bool) -> object:
        def reply(request: Request) -> Reply:
            if not first:
                said.append(request.last)
            return calls(tool("Bash", command=command.replace("RLM", skills_command(mock))))

        return reply

    def ends(request: Request) -> Reply:
        said.append(request.last)
        return say("done")

    mock.script(*(runs(c, n == 0) for n, c in enumerate(commands)), ends)  # type: ignore[arg-type]
    path = {"PATH": f"{product.project.claude.parent}{os.pathsep}{os.environ['PATH']}"}
    result = product.project.ask(prompt, timeout=240, **path)
    assert result["result"] == "done", result
    return said


def skills_command(mock: MockApi) -> str:
    """How the skill that the conversation began with runs rlm."""
    found = COMMAND.search(next(r.text for r in mock.main if "RLM" not in r.text))
    assert found
    return found[1]
