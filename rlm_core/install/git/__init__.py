"""What git is to know of an install: what of ours it leaves alone, and what of ours a team commits.

In: a scope, and the files that an install writes. Out: actions and words for the install's plan.
Never: a process, a file that is tracked, a line of somebody else's in `.git/info/exclude`.
"""
