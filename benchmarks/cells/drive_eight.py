"""The programs of `eight` in the environment of `rlms`, by the Python of its own virtual environment.

    PYTHON drive_eight.py < TASKS

TASKS: JSON, a list of name, context and program. Prints a JSON object: name -> what was printed, the calls, the tokens
(of four bytes) of all prompts over those of each distinct one once, seconds. The reader makes no mistake.
"""

import contextlib
import io
import json
import os
import re
import sys
import time
from typing import Any

from rlm.environments.local_repl import LocalREPL


def reader(prompt: str, *_: Any, **__: Any) -> str:
    if "contradict" in prompt:
        first, second = re.findall(r"the \w+ is (\w+)\.", prompt)
        return "no" if first == second else "yes"
    if "customer" in prompt.split("\n", 1)[0]:
        return "\n".join(map("|".join, re.findall(r"(Customer\d\d) filed (\d) tickets, the last on (\S+)\.", prompt)))
    return "\n".join(map("|".join, re.findall(r"we decided: the (\w+) is (\w+)\.", prompt)))


def run(task: dict[str, str]) -> dict[str, object]:
    prompts: list[str] = []

    def asked(prompt: str, *_: Any, **__: Any) -> str:
        prompts.append(prompt)
        return reader(prompt)

    made = LocalREPL(context_payload=task["context"])
    made.globals["llm_query"] = asked
    began = time.perf_counter()
    said = made.execute_code(task["program"])
    seconds = time.perf_counter() - began
    if said.stderr:
        raise RuntimeError(f"{task['name']}: {said.stderr}")
    ideal = sum(len(p.encode()) // 4 for p in set(prompts))
    billed = sum(len(p.encode()) // 4 for p in prompts)
    return {
        "printed": said.stdout.strip(),
        "calls": len(prompts),
        "billed / ideal": round(billed / ideal, 3) if ideal else 1.0,
        "seconds": round(seconds, 2),
    }


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        told = {task["name"]: run(task) for task in json.load(sys.stdin)}
    os.write(1, json.dumps(told).encode() + b"\n")
    os._exit(0)
