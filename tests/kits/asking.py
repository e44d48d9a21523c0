"""`rlm ask` as a process."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from kits.place import Place
from kits.programs import program

FAKE = """\
import json, os, re, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
prompt = sys.stdin.read()
with open(os.path.join(HERE, "asked"), "a") as f:
    f.write(json.dumps({"argv": sys.argv, "prompt": prompt, "depth": os.environ.get("RLM_DEPTH")}) + "\\n")
if "hang" in prompt and os.path.exists(os.path.join(HERE, "hangs")):
    time.sleep(600)
found = []
for source in re.finditer(r'<source-(\\w+) id="([^"]*)"[^>]*>\\n(.*?)\\n</source-\\1>', prompt, re.DOTALL):
    for m in re.finditer(r"(\\w+) set (\\w+) to (\\w+)\\.", source[3]):
        claim = f"{m[2]} is {m[3]}"
        found.append({"claim": claim, "quote": m[0], "location": source[2], "subject": m[2], "value": m[3]})
answer = json.dumps({"findings": found, "answer": "It is so [1]."})
print(json.dumps({"type": "assistant", "message": {"model": "m", "content": [{"type": "text", "text": answer}]}}))
usage = {"m": {"inputTokens": len(prompt) // 4, "outputTokens": len(answer) // 4}}
print(json.dumps({"type": "result", "subtype": "success", "is_error": False, "result": answer,
                  "stop_reason": "end_turn", "modelUsage": usage, "total_cost_usd": 0.001}))
"""


class Asking(Place):
    """A project, and a PATH on which `claude` is a fake."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.bin = folder / "bin"
        self.bin.mkdir()
        program(self.bin / "claude", FAKE, "-IS")
        self.env = {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"}

    def ask(self, *args: str, status: int = 0, **env: str) -> Any:
        return self.json("ask", *args, status=status, **{**self.env, **env})

    def asked(self) -> list[dict[str, Any]]:
        path = self.bin / "asked"
        whole = path.read_text().rpartition("\n")[0] if path.exists() else ""  # the last line may be half written
        return [json.loads(line) for line in whole.split("\n") if line]

    def write(self, name: str, count: int, line: str = "ann set option{n} to {v}.") -> Path:
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line.format(n=n, v=n % 7) + "\n" for n in range(count)))
        return path


def wait_for(probe: Any, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not probe():
        assert time.monotonic() < deadline
        time.sleep(0.05)
