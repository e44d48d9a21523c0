"""What a cell's process may not do, enforced by the platform: no network, no process, no file outside of its scratch.

On Linux by three things that need no privilege: Landlock (files, since 5.13; https://docs.kernel.org/userspace-api/
landlock.html), a seccomp filter (system calls; seccomp(2)) and limits of resources (setrlimit(2)). Elsewhere nothing of
the kind is set up here, and `missing` says so: whoever starts a cell decides what follows from that.
"""

from __future__ import annotations

import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MIN_ABI = 3  # of Landlock, from which on a file cannot be truncated by its path either
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_SIGKILL = 9
_OPEN_FILES = 256  # at once
_NO_NEW_PRIVS, _SECCOMP, _FILTER, _PARENT_DEATH = 38, 22, 2, 1
_READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, list a directory
_READ_FILE = 1 << 0 | 1 << 2
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # rights that an ABI knows
_ALL_FILES = (1 << 16) - 1
_OF_A_FILE = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
_NET, _SCOPED = 0b11, 0b11

# System calls that are refused: those that make a socket, a process or another's, change what a file's path does not
# tell Landlock of (modes, owners, times), watch files, hold memory that no limit counts, or reach into other processes
# (their priority, too) and the kernel. `prctl` could undo that the process ends with the one that watches it.
_X86_64 = {
    "socket": 41, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "chmod": 90, "fchmod": 91, "chown": 92,
    "fchown": 93, "lchown": 94, "ptrace": 101, "utime": 132, "mknod": 133, "pivot_root": 155, "chroot": 161,
    "mount": 165, "umount2": 166, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197,
    "lremovexattr": 198, "fremovexattr": 199, "tkill": 200, "utimes": 235, "mq_open": 240, "add_key": 248,
    "request_key": 249, "keyctl": 250, "mknodat": 259, "fchownat": 260, "futimesat": 261, "fchmodat": 268,
    "unshare": 272, "utimensat": 280, "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308,
    "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "execveat": 322, "userfaultfd": 323,
    "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438, "fchmodat2": 452,
    "setxattrat": 463, "removexattrat": 466, "shmget": 29, "semget": 64, "msgget": 68, "prlimit64": 302,
    "sched_setaffinity": 203, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "personality": 135, "setpriority": 141,
    "sched_setparam": 142, "sched_setscheduler": 144, "prctl": 157, "io_setup": 206, "ioprio_set": 251,
    "inotify_init": 253, "migrate_pages": 256, "move_pages": 279, "inotify_init1": 294, "fanotify_init": 300,
    "kcmp": 312, "sched_setattr": 314, "memfd_create": 319, "process_madvise": 440, "memfd_secret": 447,
}  # fmt: skip
_AARCH64 = {
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "mknodat": 33, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "fchmod": 52, "fchmodat": 53,
    "fchownat": 54, "fchown": 55, "utimensat": 88, "unshare": 97, "ptrace": 117, "kill": 129, "tkill": 130,
    "rt_sigqueueinfo": 138, "mq_open": 180, "msgget": 186, "semget": 190, "shmget": 194, "socket": 198, "add_key": 217,
    "request_key": 218, "keyctl": 219, "execve": 221, "rt_tgsigqueueinfo": 240, "perf_event_open": 241,
    "prlimit64": 261, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "bpf": 280, "execveat": 281, "userfaultfd": 282, "pidfd_send_signal": 424, "io_uring_setup": 425,
    "pidfd_open": 434, "pidfd_getfd": 438, "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466,
    "io_setup": 0, "inotify_init1": 26, "ioprio_set": 30, "personality": 92, "sched_setparam": 118,
    "sched_setscheduler": 119, "sched_setaffinity": 122, "setpriority": 140, "prctl": 167, "migrate_pages": 238,
    "move_pages": 239, "fanotify_init": 262, "kcmp": 272, "sched_setattr": 274, "memfd_create": 279,
    "process_madvise": 440, "memfd_secret": 447,
}  # fmt: skip
# architecture -> (AUDIT_ARCH, refused calls, clone, clone3, tgkill)
_MACHINES = {
    "x86_64": (0xC000003E, _X86_64, 56, 435, 234),
    "aarch64": (0xC00000B7, _AARCH64, 220, 435, 131),
}
_THREAD = 0x10000  # of clone's flags
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARG0 = 0, 4, 16
_X32 = 0x40000000


def _machine() -> str:
    """The processor's kind; `platform`, which tells it elsewhere too, takes longer to load than all of this."""
    return os.uname().machine if hasattr(os, "uname") else ""


def missing() -> str:
    """Why cells cannot be confined here, for people; "" where they can."""
    if sys.platform != "linux":
        return f"confining a cell is built for Linux, and this is {sys.platform}"
    if _machine() not in _MACHINES:
        return f"confining a cell is built for {' and '.join(_MACHINES)}, and this is {_machine()}"
    try:
        abi = _libc().syscall(_CREATE, None, 0, 1)
    except OSError:
        abi = -1
    if abi < MIN_ABI:
        return "the kernel has no Landlock, or an old one: Linux 6.2 has what is needed"
    return ""


def confine(scratch: str, readable: Sequence[str], *, memory: int, file_size: int, cpu_seconds: int) -> None:
    """Give up, for good, what a cell shall not have; before the first thread is started, and before a pickle is read.

    scratch: the directory that may be written. readable: files and directories that may be read. memory, file_size:
    bytes. Raises OSError when the platform refuses: then nothing may be run.
    """
    _limit(memory, file_size, cpu_seconds)
    libc = _libc()
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise _error("no_new_privs")
    _landlock(libc, scratch, readable)
    _seccomp(libc)


def end_with_parent() -> None:
    """Have the kernel end this process when the one that watches it is gone (prctl(2)); nothing where it cannot."""
    if sys.platform == "linux":
        _libc().prctl(_PARENT_DEATH, _SIGKILL, 0, 0, 0)


def limit_only(*, memory: int, file_size: int, cpu_seconds: int) -> None:
    """The limits of resources alone, where the rest cannot be had."""
    _limit(memory, file_size, cpu_seconds)


def _limit(memory: int, file_size: int, cpu_seconds: int) -> None:
    try:
        import _signal  # type: ignore[import-not-found] # `signal` takes ten times as long to load
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, file_size), (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):  # fmt: skip
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_IGN)  # a file that grows too large is an error of that write


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _error(what: str) -> OSError:
    import ctypes

    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")


def _landlock(libc: Any, scratch: str, readable: Sequence[str]) -> None:
    abi = libc.syscall(_CREATE, None, 0, 1)
    if abi < MIN_ABI:
        raise _error("landlock")
    rights = _FILES.get(abi, _ALL_FILES)
    attributes = struct.pack("QQQ", rights, _NET if abi >= 4 else 0, _SCOPED if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    rules = libc.syscall(_CREATE, attributes, size, 0)
    if rules < 0:
        raise _error("landlock_create_ruleset")
    try:
        for path in readable:
            _allow(libc, rules, path, _READ)
        for path in ("/dev/null", "/dev/urandom", "/dev/zero"):
            _allow(libc, rules, path, _READ_FILE | (1 << 1 if path == "/dev/null" else 0))
        _allow(libc, rules, scratch, rights & ~(1 << 0))
        if libc.syscall(_RESTRICT, rules, 0):
            raise _error("landlock_restrict_self")
    finally:
        os.close(rules)


def _allow(libc: Any, rules: int, path: str, rights: int) -> None:
    """Allow what is named; a path that is not there needs no rule."""
    try:
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = rights if os.path.isdir(path) else rights & _OF_A_FILE
        if libc.syscall(_ADD, rules, 1, struct.pack("=Qi", rights, at), 0):
            raise _error(f"landlock_add_rule {path}")
    finally:
        os.close(at)


def _seccomp(libc: Any) -> None:
    import ctypes

    program = filter_program(_machine(), os.getpid())
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(_SECCOMP, _FILTER, head, 0, 0):
        raise _error("seccomp")


def filter_program(machine: str, pid: int) -> bytes:
    """The filter as instructions of classic BPF, 8 bytes each (seccomp(2), linux/filter.h).

    A call of another architecture's table ends the process. Threads are allowed and no other children; `clone3` does
    not exist, so that the C library falls back to `clone`, whose flags can be seen; signals go to the process itself.
    """
    arch, refused, clone, clone3, tgkill = _MACHINES[machine]
    rows: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCH), (_JEQ, 1, 0, arch), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR), (_JGE, 0, 1, _X32), (_RETURN, 0, 0, _KILL),
        (_JEQ, 0, 1, clone3), (_RETURN, 0, 0, _ENOSYS),
        (_JEQ, 0, 4, clone), (_LOAD, 0, 0, _ARG0), (_JSET, 1, 0, _THREAD), (_RETURN, 0, 0, _EPERM),
        (_RETURN, 0, 0, _ALLOW),
        (_JEQ, 0, 4, tgkill), (_LOAD, 0, 0, _ARG0), (_JEQ, 1, 0, pid), (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    for number in refused.values():
        rows += [(_JEQ, 0, 1, number), (_RETURN, 0, 0, _EPERM)]
    rows.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", code, yes, no, value) for code, yes, no, value in rows)
