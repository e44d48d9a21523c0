"""What the HTTP status of an answer means, whichever leaf got it."""

from __future__ import annotations

ACCOUNT = "account"  # the key or the account is refused
UNKNOWN = "unknown"  # no such model, batch or address
TOO_LARGE = "too large"  # the request does not fit
LIMITED = "limited"  # too many requests for now
FAULT = "fault"  # of the server or the way to it: another attempt may succeed
REFUSED = "refused"  # the request itself, whatever is done

_MEANINGS = {
    401: ACCOUNT,
    402: ACCOUNT,
    403: ACCOUNT,
    404: UNKNOWN,
    405: UNKNOWN,
    408: FAULT,
    409: FAULT,
    413: TOO_LARGE,
    429: LIMITED,
    501: UNKNOWN,
}


def meaning_of(status: int) -> str:
    """One of the constants above, for the status of an answer that is an error."""
    return _MEANINGS.get(status, FAULT if status >= 500 else REFUSED)
