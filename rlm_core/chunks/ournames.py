"""The names of what we ship for Claude, as alternatives of a regular expression."""

SKILLS = "recall|peek|offload|rlm"
AGENTS = "recall-reader|archive-explorer"
WORKFLOWS = "rlm-read-parts"
