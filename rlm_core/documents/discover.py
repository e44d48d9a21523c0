"""Which files of a directory are documents: what git would keep, without binaries, secrets and generated files."""

from __future__ import annotations

import os
import re
import stat
from fnmatch import translate
from functools import cache

from rlm_core.chunks.ournames import AGENTS, SKILLS, WORKFLOWS
from rlm_core.documents.sayings import LARGE_UNNAMED
from rlm_core.errors import RlmError, worded
from rlm_core.record import Record, each

MAX_FILES = 20_000
MAX_BYTES = 20 * 1024 * 1024
GIT_SECONDS = 30
FOREIGN = frozenset(("node_modules", "__pycache__", "site-packages"))  # never what was meant, even where git keeps it


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One regular expression for many file name patterns; made when a name is first looked at, since it takes long."""
    return re.compile("|".join(translate(p) for p in patterns))


# What may hold secrets is not taken up unless it is named: redaction knows many kinds, not all.
SECRETS = (
    *(".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".npmrc", ".pypirc", ".git-credentials"),
    *(".htpasswd", ".pgpass", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("*.gpg", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "credentials", "*.tfvars", "*.tfstate"),
    *("*.tfstate.*",),
    *(f"{name}.{end}" for name in ("secrets", "credentials") for end in ("json", "yaml", "yml", "toml", "ini")),
)
HARMLESS = ("*.example", "*.sample", "*.template", "*.dist", "*.pub")
GENERATED = (
    *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "cargo.lock"),
    *("uv.lock", "poetry.lock", "pipfile.lock", "composer.lock", "gemfile.lock", "go.sum", "flake.lock"),
    *("*.min.js", "*.min.css", "*.map", "*.svg"),
)
# The client's worktrees hold the project's files once more; our own skills, archives and pages are nobody's document.
_COPIES = re.compile(
    rf"/\.claude/(?:worktrees/|rlm/|skills/(?:{SKILLS})/|agents/(?:{AGENTS})\.md$|workflows/(?:{WORKFLOWS})\.js$)"
)
# Told by their names, so that they are not opened; others by their content.
BINARY = frozenset(
    """
7z a avi avif bin bmp bz2 class db dll dylib eot exe flac gif gz heic icns ico jar jpeg jpg lz4 m4a mkv mo mov mp3
mp4 npy npz o ogg otf parquet pickle pkl png psd pyc pyd rar so sqlite tar tgz tif tiff ttf wasm wav webm webp whl
woff woff2 xz zip zst
""".split()  # noqa: SIM905
)


def may_hold_secrets(name: str) -> bool:
    """Whether a file of that name, in small letters, is taken up only when it is named."""
    return bool(_any_of(SECRETS).match(name)) and not _any_of(HARMLESS).match(name)


class Listing(Record):
    """What a directory holds. files: absolute paths. skipped: (path, why). note: what went wrong, or ""."""

    files: list[str] = each(list)
    skipped: list[tuple[str, str]] = each(list)
    note: str = ""


def find(folder: str, keep_out: str) -> Listing:
    """The documents below a directory, an absolute path without links; `keep_out` is the archive's.

    Inside a git repository these are the files that are tracked or would be, else all but hidden ones. Links are
    not followed. Raises RlmError when there are too many to be meant.
    """
    found = Listing()
    _search(os.path.realpath(folder), os.path.realpath(keep_out), found)
    found.files.sort()
    return found


def _search(folder: str, keep_out: str, found: Listing) -> None:
    names, problem = _git_names(folder)
    found.note = found.note or problem
    for name in _walked(folder, found) if names is None else names:
        path = os.path.join(folder, name.rstrip("/").replace("/", os.sep))
        if path == keep_out or path.startswith(keep_out + os.sep) or _COPIES.search(f"/{name}".replace(os.sep, "/")):
            continue
        _judge(path, keep_out, found)
        _refuse_many(folder, len(found.files))


def _refuse_many(folder: str, files: int) -> None:
    if files > MAX_FILES:
        raise RlmError(
            worded(
                "{folder} holds more than {most_files:,} files; add the parts of it that matter",
                folder=folder,
                most_files=MAX_FILES,
            )
        )


def _judge(path: str, keep_out: str, listing: Listing) -> None:
    """Enter a path as a document, as skipped, or as nothing that concerns us."""
    try:
        st = os.lstat(path)
    except OSError:
        return  # tracked by git and deleted
    if stat.S_ISDIR(st.st_mode):
        if is_worktree(path):
            listing.skipped.append((path, "a worktree of git's: the same files once more"))
            return
        _search(path, keep_out, listing)  # a repository inside the repository
        return
    reason = reason_to_skip(os.path.basename(path), st)
    if reason:
        listing.skipped.append((path, reason))
    elif stat.S_ISREG(st.st_mode):
        listing.files.append(path)


def is_worktree(folder: str) -> bool:
    """Whether a directory is a further checkout of a repository that lies elsewhere; a submodule is none."""
    try:
        with open(os.path.join(folder, ".git"), "rb") as f:
            return b"/worktrees/" in f.read(4096).replace(b"\\", b"/")
    except OSError:
        return False


def reason_to_skip(name: str, st: os.stat_result) -> str:
    """Why a file in a directory is not taken for a document; "" when it may be one."""
    name = name.lower()
    if stat.S_ISLNK(st.st_mode):
        return "a link"
    if may_hold_secrets(name):
        return "may hold secrets; name it to add it"
    if _any_of(GENERATED).match(name):
        return "generated; name it to add it"
    if name.rpartition(".")[2] in BINARY and "." in name:
        return "binary"
    if st.st_size > MAX_BYTES:
        return worded(LARGE_UNNAMED, n=MAX_BYTES // 1024**2)
    return ""


def _walked(folder: str, listing: Listing) -> list[str]:
    """Names below a directory, hidden ones and those of tools left out."""
    names: list[str] = []

    def unreadable(error: OSError) -> None:
        listing.skipped.append((str(error.filename), error.strerror or str(error)))

    for directory, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(
            f
            for f in folders
            if not (f.startswith(".") or f in FOREIGN or os.path.exists(os.path.join(directory, f, "pyvenv.cfg")))
            and not is_worktree(os.path.join(directory, f))
        )
        inside = os.path.relpath(directory, folder)
        names += [n if inside == "." else os.path.join(inside, n) for n in files if not n.startswith(".")]
        _refuse_many(folder, len(names) // 10)  # most of them may be no documents
    return names


def _git_names(folder: str) -> tuple[list[str] | None, str]:
    """What git tracks or would track below a directory; None when it cannot be asked, and why that is a pity."""
    listed = _git(folder, "ls-files", "-coz", "--exclude-standard")
    if listed is None:
        above = folder
        while not os.path.exists(os.path.join(above, ".git")) and os.path.dirname(above) != above:
            above = os.path.dirname(above)
        in_repository = os.path.exists(os.path.join(above, ".git"))
        return None, worded(
            "git could not list {folder}, so .gitignore did not count", folder=folder
        ) if in_repository else ""
    names = list(dict.fromkeys(os.fsdecode(n) for n in listed.split(b"\0") if n))
    names = [n for n in names if {*FOREIGN, ".."}.isdisjoint(n.split("/"))]
    if not names and _git(folder, "check-ignore", "-q", ".") is not None:
        return None, ""  # git ignores the directory that the user named
    return names, ""


def _git(folder: str, *args: str) -> bytes | None:
    """What a git command prints; None when it fails."""
    import subprocess

    env = {k: v for k, v in os.environ.items() if k not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")}
    # A repository's own settings may name a program as its file-system monitor.
    command = ["git", "-c", "core.fsmonitor=false", "-C", folder, *args]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_SECONDS, check=False,
            env={**env, "GIT_OPTIONAL_LOCKS": "0"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
