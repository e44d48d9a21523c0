"""A peer's environment for cells, measured by the Python of its own virtual environment.

    PYTHON drive_peers.py NAME fixed|whole|quick
    PYTHON drive_peers.py NAME root URL TURNS

NAME: rlms, minrlm or dspy. `fixed` makes one and runs a cell, as `rlm repl exec` does; `whole` and `quick` print one
JSON object. `root` has the peer's own engine answer a question, with a server in place of the models, which bills
what it is sent. Of the environments only what these packages offer to their own engines is used: the namespace, the
function that calls a model, the text that is the context; in place of the model stands a function that takes 50 ms.
"""

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

CALLS, SECONDS, LIMIT = 64, 0.05, 1.0
LINE = "2026-11-22 10:00:03 GET /api/orders 200 37ms\n"


class PeerCells:
    """run: a cell. context, query: what its text and the function that asks a model are called. limited: it has a
    limit of time of its own."""

    def __init__(self, run: Callable[[str], Any], context: str, query: str, *, limited: bool = False) -> None:
        self.run, self.context, self.query, self.limited = run, context, query, limited


def slow(prompt: str, *_: Any, **__: Any) -> str:
    time.sleep(SECONDS)
    return "yes"


def rlms(text: str) -> PeerCells:
    from rlm.environments.local_repl import LocalREPL

    made = LocalREPL(context_payload=text)

    def run(source: str) -> Any:
        made.globals["llm_query"] = slow  # it puts its own one back after each cell
        return made.execute_code(source)

    return PeerCells(run, "context", "llm_query")


def minrlm(text: str) -> PeerCells:
    from minrlm.core import PythonREPL

    made = PythonREPL(sub_llm_callback=slow)
    made.set_variable("input_0", text)
    return PeerCells(made.execute, "input_0", "sub_llm")


def dspy(text: str) -> PeerCells:
    """Its interpreter that needs no Deno. The text goes over with the first cell, as its engine does it."""
    from dspy.primitives.local_interpreter import LocalInterpreter

    made = LocalInterpreter(tools={"llm_query": slow}, execution_timeout=LIMIT if text == "endless" else None)
    made.execute("pass", {"context": text})
    return PeerCells(made.execute, "context", "llm_query", limited=True)


PEERS: dict[str, Callable[[str], PeerCells]] = {"rlms": rlms, "minrlm": minrlm, "dspy": dspy}


def seconds_of(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak() -> float:
    """MB of this process and the largest that it has started and seen end."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def stopped(made: PeerCells) -> object:
    """Seconds that a loop without end goes on beyond its limit; what happens otherwise."""
    made.run("x = 1")
    endless = threading.Thread(target=_quietly, args=(made, "while True: pass"), daemon=True)
    took = seconds_of(lambda: (endless.start(), endless.join(5 * LIMIT)))
    return "does not stop" if endless.is_alive() else round(took - LIMIT, 3)


def _quietly(made: PeerCells, source: str) -> bool:
    """Whether a cell ended well."""
    try:
        made.run(source)
    except Exception:  # each peer has errors of its own
        return False
    return True


def measured(make: Callable[[str], PeerCells], *, quick: bool) -> dict[str, object]:
    small = make("x")
    small.run("x = 1")
    before = peak()
    large = LINE * (9_000 if quick else 890_000)
    seconds = seconds_of(lambda: make(large).run(f"len({small.context})"))
    memory = peak() - before
    source = f"out = [{small.query}(str(n)) for n in range({CALLS})]\nprint(len(','.join(out)))"
    told: list[Any] = []
    loop = seconds_of(lambda: told.append(small.run(source))) / SECONDS
    assert str(CALLS * 4 - 1) in str(told[0]), told
    last = make("endless")
    stop = stopped(last)
    return {
        "loop, over one call": round(loop, 1),
        "context, seconds": round(seconds, 3),
        "context, MB": round(memory, 1),
        "stop, seconds beyond the limit": stop,
        "names kept after a stop": _quietly(last, "print(x)") if last.limited else "does not stop",
    }


def run_root(name: str, url: str, turns: int) -> None:
    """A whole run of so many turns. The server plays the root model, whose cells print and never answer."""
    question, text, url = "How many requests were there?", LINE * 9_000, f"{url}/v1"
    if name == "rlms":
        from rlm import RLM

        kwargs = {"api_key": "none", "base_url": url, "model_name": "root"}
        RLM(backend="openai", backend_kwargs=kwargs, max_iterations=turns).completion(text, root_prompt=question)
    elif name == "minrlm":
        from minrlm import RLM

        made = RLM(model="root", api_key="none", base_url=url, max_iterations=turns, max_time_seconds=600)
        made.completion(task=question, context=text)
    else:
        import dspy
        from dspy.primitives.local_interpreter import LocalInterpreter

        dspy.configure(lm=dspy.LM("openai/root", api_base=url, api_key="none", cache=False))
        made = dspy.RLM("context, query -> answer", max_iters=turns, interpreter_factory=LocalInterpreter)
        made(context=text, query=question)


if __name__ == "__main__":
    peer, mode = PEERS[sys.argv[1]], sys.argv[2]
    if mode == "fixed":
        peer("x").run("x = 1")
    elif mode == "root":
        run_root(sys.argv[1], sys.argv[3], int(sys.argv[4]))
    else:
        told = json.dumps(measured(peer, quick=mode == "quick"))
        os.write(1, told.encode() + b"\n")  # the loop goes on, and holds Python's own stdout
    os._exit(0)
