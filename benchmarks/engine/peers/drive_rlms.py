"""Runs the official engine (`rlms`) on a job; for the Python of its own environment.

Root and leaves are two models of the oracle. The root model's reply is the whole program, in one turn: the cheapest way
there is with this engine.
"""

from typing import Any

from driving import Job, drive, joined
from rlm import RLM
from rlm.utils.exceptions import TimeoutExceededError, TokenLimitExceededError

PROGRAM = """```repl
prompts = [
    f"<question>\\n{QUESTION}\\n</question>\\n\\n<source-0 id=\\"p{n:04}\\">\\n{part}\\n</source-0>\\n"
    for n, part in enumerate(context.split("\\n=====\\n"))
]
found = []
each = -(-len(prompts) // ROUNDS)
for at in range(0, len(prompts), each):
    batch = prompts[at:at + each]
    replies = llm_query_batched(batch)
    for attempt in range(AGAIN):
        lost = [n for n, r in enumerate(replies) if r.startswith("Error")]
        for n, r in zip(lost, llm_query_batched([batch[n] for n in lost]) if lost else []):
            replies[n] = r
    found += replies
answer["content"] = "; ".join(found)
answer["ready"] = True
```"""


def run(job: Job) -> dict[str, Any]:
    kwargs = {"api_key": "none", "base_url": job["url"] + "/v1"}
    rlm = RLM(
        backend="openai",
        backend_kwargs={**kwargs, "model_name": "root"},
        other_backends=["openai"],
        other_backend_kwargs=[{**kwargs, "model_name": "leaf"}],
        max_tokens=job["cap"] or None,
        max_timeout=job["deadline"] or None,
    )
    try:
        done = rlm.completion(joined(job), root_prompt=job["question"])
    except TokenLimitExceededError as e:
        return {"answer": e.partial_answer or "", "reported": e.tokens_used, "error": str(e)}
    except TimeoutExceededError as e:
        return {"answer": e.partial_answer or "", "error": str(e)}
    usage = done.usage_summary
    return {"answer": done.response, "reported": usage.total_input_tokens + usage.total_output_tokens}


drive(run, PROGRAM)
