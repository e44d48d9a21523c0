"""The leaf that runs `claude -p`.

In: a call. Out: a reply, its cost, and no process left behind.
Never: a tool, a setting or a hook of the user's in the child.
"""
