"""Runs `minrlm` on a job; for the Python of its own environment.

It has one model for root and leaves, keeps the first line of a leaf's answer, and has no cap on tokens. The root's
reply is the whole program, in one turn.
"""

from typing import Any

from driving import Job, drive, joined
from minrlm import RLM

PROGRAM = """```python
task = f"<question>\\n{QUESTION}\\n</question>"
parts = input_0.split("\\n=====\\n")
sources = [f"<source-0 id=\\"p{n:04}\\">\\n{part}\\n</source-0>\\n" for n, part in enumerate(parts)]
found = []
each = -(-len(sources) // ROUNDS)
for at in range(0, len(sources), each):
    found += sub_llm_batch([(task, s) for s in sources[at:at + each]])
FINAL("; ".join(found))
```"""


def run(job: Job) -> dict[str, Any]:
    more = {"max_time_seconds": job["deadline"]} if job["deadline"] else {}
    rlm = RLM(model="leaf", api_key="none", base_url=job["url"] + "/v1", max_sub_llm_calls=1000, **more)
    done = rlm.completion(task=job["question"], context=joined(job))
    return {"answer": done.response, "reported": done.total_tokens}


drive(run, PROGRAM)
