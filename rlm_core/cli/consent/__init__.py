"""What only the user may say: what a Claude Code session may not have done unasked, and which settings file is trusted.

In: a command line. Out: a refusal, or the user's word kept in the user's own directory.
Never: a question to Claude.
"""
