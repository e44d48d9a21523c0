"""The rows of all kinds of places as one table, and those of secrets that stand before what tells of them.

A row is (kind, literal, pattern, check) and, for some, the characters of which one follows the literal. The pattern is
tried where the literal stands; what its group `s` holds is the secret when it passes the check (`snippets`). The
formats are those of the manuals of the programs that are named.
"""

from __future__ import annotations

from itertools import chain, repeat, zip_longest

from rlm_core.redaction.syntax.incalls import CALLS
from rlm_core.redaction.syntax.incommands import COMMANDS
from rlm_core.redaction.syntax.infiles import FILES
from rlm_core.redaction.syntax.insentences import SENTENCES

# A row without what follows its literal gets b"" there. No loop of ours goes over the table: a hook pays for each step.
_columns = zip_longest(*chain(COMMANDS, FILES, CALLS, SENTENCES), fillvalue=b"")
SYNTAXES: tuple[tuple[str, bytes, bytes, int, bytes], ...] = tuple(zip(*_columns, strict=True))
KINDS = ("wallet", "linkedin", "zapier", "recovery-codes", "totp", "cookie")
"""Of these rows and of no others, most telling first."""

_PRINTED = rb"(?:echo|printf|yes)[ \t]{1,3}(?:-\w[ \t]{1,3})?\\{0,3}[\"']?"
_PIPED = rb"(?P<s>[^\s\"'|$\0]{4,128})(?:\\n)?[\"']?[ \t]{0,3}\|"
_ROLES = (b"admin", b"user", b"guest", b"role", b"reader", b"writer", b"viewer", b"operator")
_REALM: tuple[tuple[bytes, bytes, bytes], ...] = tuple(
    zip(_ROLES, repeat(b", "), repeat(rb"(?:\A|\n|\\n)[\w.-]{1,40}: ?(?P<s>[^\s,:]{6,64}), \Z"))
)
"""Jetty's and ActiveMQ's files of users: `bob: password, role`."""
BACKWARDS: tuple[tuple[bytes, bytes, bytes], ...] = (
    *_REALM,
    (b"pass", b"is the ", rb"(?:\A|[\s\"'`(])(?P<s>[^\s\"'`\0]{6,64})[\"'`]? is the \Z"),
    (b"pass", b"| ", _PRINTED + _PIPED + rb" \Z"),  # | passwd --stdin
    (b".tochararray(", b'"', rb"\"(?P<s>[^\s\"\\\0]{6,128})\\{0,3}\"\Z"),
    (b"su ", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"vercel env add", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"rclone obscure", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"openconnect", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"pass", b"as your ", rb"(?:with|using|and|use|try|enter|set) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as your \Z"),
    (b"pass", b"as my ", rb"(?:with|using|and|use|try|enter|set) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as my \Z"),
    (b"pass", b"for the ", rb"(?:with|using|use|try|enter|set|put) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? for the \Z"),
    (b"pass", b"en mot de ", rb"(?:et|avec|met|mets|mettre|tape) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? en mot de \Z"),
    (b"pass", b"| smb", rb"(?:echo|printf)[ \t]{1,3}[\"']?(?P<s>[^\s\"'|$\0]{4,128})[\"']?;[^|\n\0]{0,80}\| smb\Z"),
    (b"login", b" ", _PRINTED + _PIPED + rb"[^\n|;\0]{1,40} \Z"),
    (b"pass", b'forKey: "', rb"\(\"(?P<s>[^\s\"\0]{6,128})\", forKey: \"\Z"),
    (b"pass", b"as the ", rb"(?:\A|[\s\"'`(])(?P<s>[^\s\"'`\0]{6,64})[\"'`]? still works? as the \Z"),
    (
        b"pass",
        b"mot de ",
        rb"[\s\"'`(](?P<s>[^\s\"'`\0]{6,64})[\"'`]? (?:marche|fonctionne)(?: toujours| encore)? comme mot de \Z",
    ),
    (b"kinit", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"cryptsetup", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"/user:", b" ", rb"net use [^\n\0]{1,120}? (?P<s>[^\s\"'\\/\0]{4,64}) \Z"),
    (b"@tcp(", b"", rb"(?<![^\s\"'`=(])[\w.-]{1,64}:(?P<s>[^\s\"'@\0]{4,64})\Z"),
    (b"pass", b"as the ", rb"(?:with|using|and|use|try|enter|set) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as the \Z"),
    (
        b"pass",
        b"mot de ",
        rb"(?:avec|et|mets|mettre|utilise|utiliser|tape|essaie) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? comme mot de \Z",
    ),
    (
        b"pass",
        b"_",
        _PRINTED + rb"(?P<s>[^\s\"'|$\0]{4,128})[\"']?[ \t]{0,3}>{1,2}[ \t]{0,3}[^\s\0]{0,60}_\Z",  # > .vault_pass
    ),
    (b"pass", b"--", _PRINTED + _PIPED + rb"[^\n|]{0,120}--\Z"),  # --password-stdin
    (b"pass", b"ch", _PRINTED + rb"[\w.-]{1,64}:" + _PIPED + rb"[ \t]{0,3}(?:sudo )?ch\Z"),  # chpasswd
    (b" -", b"sudo", _PRINTED + _PIPED + rb"[ \t]{0,3}sudo\Z"),
    (b"secret", b" ", _PRINTED + _PIPED + rb"[ \t]{0,3}\w{1,20} \Z"),  # podman secret create
)
"""(literal, what stands right before it, a pattern that ends where the literal begins)."""
BACK_REACH = 300  # characters before the literal
