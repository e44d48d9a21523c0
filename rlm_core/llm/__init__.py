"""Calls to language models: one `Leaf` protocol, and what answers behind it.

In: a call, seconds, a meter. Out: a reply, or an error that says what to do about it; in the meter, what it has cost.
Never: a retry, a budget, a memory: these are the engine's.

- `claude`: `claude -p`, on the user's own login: no tools, no settings, no session file
- `anthropic` (`api.messages`): the Anthropic Messages API
- `batch` (`api.batch`): the Message Batches API: half the price, answers within a day
- `scripted`: in memory, for tests and for trying a question without a model
"""
