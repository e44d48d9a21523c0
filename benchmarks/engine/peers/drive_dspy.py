"""Runs `dspy.RLM` on a job; for the Python of its own environment.

Its code runs in its local interpreter: the default one needs Deno. It has neither a cap on tokens nor a deadline; its
cap on calls is set out of the way. The root's reply is the whole program, in one turn.
"""

from typing import Any

import dspy
from driving import Job, drive, joined
from dspy.primitives.local_interpreter import LocalInterpreter

PROGRAM = """[[ ## reasoning ## ]]
One program.

[[ ## code ## ]]
```python
prompts = [
    f"<question>\\n{QUESTION}\\n</question>\\n\\n<source-0 id=\\"p{n:04}\\">\\n{part}\\n</source-0>\\n"
    for n, part in enumerate(context.split("\\n=====\\n"))
]
found = []
each = -(-len(prompts) // ROUNDS)
for at in range(0, len(prompts), each):
    found += llm_query_batched(prompts[at:at + each])
SUBMIT("; ".join(found))
```

[[ ## completed ## ]]"""


def run(job: Job) -> dict[str, Any]:
    kwargs = {"api_base": job["url"] + "/v1", "api_key": "none", "cache": False}
    dspy.configure(lm=dspy.LM("openai/root", **kwargs), track_usage=True)
    leaf = dspy.LM("openai/leaf", **kwargs)
    rlm = dspy.RLM("context, query -> answer", max_llm_calls=1000, sub_lm=leaf, interpreter_factory=LocalInterpreter)
    done = rlm(context=joined(job), query=job["question"])
    usage = (done.get_lm_usage() or {}).values()
    return {"answer": done.answer, "reported": sum(row.get("total_tokens") or 0 for row in usage)}


drive(run, PROGRAM)
