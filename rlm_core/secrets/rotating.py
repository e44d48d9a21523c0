"""What to do about a secret that went through a session, by its kind."""

from __future__ import annotations

from rlm_core.errors import worded

_ADVICE = {
    "aws": "deactivate the access key in IAM and make another",
    "bearer": "sign out that session, or revoke the token where it was issued",
    "cookie": "sign out that session",
    "env": "change it where it is set and wherever it is used",
    "jwt": "revoke it where it was issued, or wait for its end if that is near",
    "password": "change the password",
    "password-hash": "change the password that it is a hash of",
    "private": "what you marked as private: nothing to rotate unless it held a secret",
    "private-key": "make a new key pair and withdraw the old public key everywhere",
    "signature": "let the signed address expire, or renew the key that signs",
    "url-password": "change the password in that address",
    "vault": "revoke the token",
    "wallet": "move what it guards to a new wallet",
}
_WEBHOOKS = ("discord", "ifttt", "teams", "zapier")


def advice(kind: str) -> str:
    """What to rotate, in a few words.

    >>> advice("github")
    'revoke it at github and make another'
    """
    if kind in _ADVICE:
        return _ADVICE[kind]
    if kind in _WEBHOOKS:
        return worded("renew the token or the webhook's address at {kind}", kind=kind)
    return worded("revoke it at {kind} and make another", kind=kind)
