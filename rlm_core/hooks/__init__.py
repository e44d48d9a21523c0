"""What Claude Code calls: one module an answer, `events` the table of them.

In: the payload of a hook. Out: an answer of bounded size, and processes that go on detached.
Never: an exit code but 0, a slow import before it is needed, a word about what went well.
"""
