"""The official engine's local environment, measured by its own Python; prints one JSON object."""

import json
import os
import resource
import sys
import threading
import time

started = time.perf_counter()
from rlm.environments.local_repl import LocalREPL  # noqa: E402 - its import is part of what a process costs

CALLS = 64


def made(context: str) -> LocalREPL:
    return LocalREPL(context_payload=context)


def main(quick: bool) -> dict[str, object]:
    env = made("x")
    env.execute_code("x = 1")
    fixed = time.perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    made("2026-11-22 10:00:03 GET /api/orders 200 37ms\n" * (9_000 if quick else 890_000)).execute_code("len(context)")
    seconds = time.perf_counter() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    one = 0.05

    def slow(prompt: str, model: object = None) -> str:
        time.sleep(one)
        return "yes"

    env.globals["llm_query"] = slow
    began = time.perf_counter()
    env.execute_code(f"out = [llm_query(str(n)) for n in range({CALLS})]\nprint(len(','.join(out)))")
    loop = (time.perf_counter() - began) / one
    endless = threading.Thread(target=env.execute_code, args=("while True: pass",), daemon=True)
    endless.start()
    endless.join(5.0)
    return {
        "fixed, seconds": round(fixed, 3),
        "loop, over one call": round(loop, 1),
        "context, seconds": round(seconds, 3),
        "context, MB": round(memory, 1),
        "stop, seconds beyond the limit": "does not stop" if endless.is_alive() else 0,
    }


if __name__ == "__main__":
    told = json.dumps(main(sys.argv[1] == "quick"))
    os.write(1, told.encode() + b"\n")  # the loop goes on, and holds Python's own stdout
    os._exit(0)
