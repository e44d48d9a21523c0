"""The errors a user may meet. Each message says what, where, and what to do next."""

from __future__ import annotations


class RlmError(Exception):
    """Something the user can act on; the CLI prints the message and exits 1."""


class UsageError(RlmError):
    """A command line that cannot be meant; the CLI prints the message and exits 2."""


class ConfigError(RlmError):
    """A configuration file that cannot be read or holds a value that makes no sense."""


class ArchiveError(RlmError):
    """The archive's directory cannot be used: read-only, full, foreign-owned, a symlink."""


class FileRefusedError(ArchiveError, OSError):
    """A file that is there and is not read: a link, a pipe, a directory, too large, or the system refuses it."""


class LockTimeoutError(RlmError):
    """Another process held the lock for longer than we were willing to wait. path: of the lock, "" when unknown."""

    path = ""


class LockUnsupportedError(ArchiveError):
    """Neither the archive's file system nor that of temporary files has locks."""


class InstallError(Exception):
    """Nothing (more) was written. The message says what, where, and what to do next."""
