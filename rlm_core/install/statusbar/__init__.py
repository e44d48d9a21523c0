"""Claude Code's status line in somebody else's settings: ours put around the user's own, and taken off again.

In: settings as they are, and what the manifest says of the line before ours. Out: the settings' text.
Never: a command of the user's lost, a line of a team's.
"""
