"""The one error that install and uninstall raise."""


class InstallError(Exception):
    """Nothing (more) was written. The message says what, where, and what to do next."""
