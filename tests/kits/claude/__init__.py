"""The real Claude Code in a project of its own, against a mock of the Messages API."""
