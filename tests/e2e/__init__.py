"""The whole, proven on the real Claude Code against a loopback mock of the Messages API."""
