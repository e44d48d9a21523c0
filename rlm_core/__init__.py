"""RLM for Claude Code: a session's whole history as files that Claude can read, grep and cite."""

__version__ = "0.1.0"
