"""Calls to language models: one `Leaf` protocol, and what answers behind it.

- `claude`: `claude -p`, on the user's own login: no tools, no settings, no session file
- `anthropic` (`messages`): the Anthropic Messages API
- `batch`: the Message Batches API: half the price, answers within a day
- `scripted`: in memory, for tests and for trying a question without a model
"""
