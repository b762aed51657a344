"""What a child process gives up before it is handed somebody's file.

Resource limits hold everywhere. Landlock (Linux 5.13) then shuts every file and, from 6.7, every TCP port; seccomp
shuts sockets, programs, processes and other processes' memory. Both need no rights, and are skipped where the kernel or
the machine (neither x86-64 nor ARM64) has none: `confine` says which of them hold.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from contextlib import suppress
from typing import Final

_DESCRIPTORS: Final = 16
_NICE: Final = 10

_PR_SET_DUMPABLE: Final = 4
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER: Final = 2  # of the modes of seccomp
_LANDLOCK_CREATE: Final = 444  # the same numbers on every machine
_LANDLOCK_RESTRICT: Final = 446
_LANDLOCK_VERSION_FLAG: Final = 1
# How many kinds of access to files each version of Landlock knows: 13 in the first, 16 since the fifth.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_FILE_RIGHTS_SINCE_5: Final = 16
_NET_SINCE: Final = 4
_BIND_AND_CONNECT: Final = 0b11

# By machine: the number of its kind (AUDIT_ARCH_...), that of `clone`, and the system calls that no check needs.
_CALLS: Final[dict[str, tuple[int, int, dict[str, int]]]] = {
    "x86_64": (
        0xC000003E,
        56,
        {
            "socket": 41,
            "connect": 42,
            "sendto": 44,
            "bind": 49,
            "listen": 50,
            "socketpair": 53,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "kill": 62,
            "ptrace": 101,
            "keyctl": 250,
            "unshare": 272,
            "perf_event_open": 298,
            "setns": 308,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "bpf": 321,
            "execveat": 322,
            "io_uring_setup": 425,
            "clone3": 435,
        },
    ),
    "aarch64": (
        0xC00000B7,
        220,
        {
            "unshare": 97,
            "ptrace": 117,
            "kill": 129,
            "socket": 198,
            "socketpair": 199,
            "bind": 200,
            "listen": 201,
            "connect": 203,
            "sendto": 206,
            "keyctl": 219,
            "execve": 221,
            "perf_event_open": 241,
            "setns": 268,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "bpf": 280,
            "execveat": 281,
            "io_uring_setup": 425,
            "clone3": 435,
        },
    ),
}
_X32: Final = 0x40000000  # system calls of another numbering on x86-64: refused as a whole
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF
_NUMBER_AT, _MACHINE_AT, _FLAGS_AT = 0, 4, 16  # in struct seccomp_data
_CLONE_THREAD: Final = 0x10000  # HEIC is decoded by threads
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000


def confine(cpu_seconds: int, memory: int) -> frozenset[str]:
    """Give up what a check does not need, for good. `memory`: bytes of address space. Whatever is to be imported must
    have been. Returns which of "files" and "calls" the kernel shut besides the limits."""
    _come_last()
    _limit_resources(cpu_seconds, memory)
    if sys.platform != "linux":
        return frozenset()
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return frozenset(name for name, shut in (("files", _shut_files), ("calls", _shut_calls)) if shut(kernel))


def _come_last() -> None:
    """The portal's own pages are served first, and where the machine has no memory left, this process ends first."""
    os.nice(_NICE)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def _limit_resources(cpu_seconds: int, memory: int) -> None:
    limits = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (_DESCRIPTORS, _DESCRIPTORS),
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 1),  # SIGXCPU first, which says why
    }
    if sys.platform == "linux":  # macOS has this limit and refuses to set it
        limits[resource.RLIMIT_AS] = (memory, memory)
    for limit, most in limits.items():
        resource.setrlimit(limit, most)


def _shut_files(kernel: ctypes.CDLL) -> bool:
    version = kernel.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION_FLAG)
    if version < 1:
        return False
    files = (1 << _FILE_RIGHTS.get(version, _FILE_RIGHTS_SINCE_5)) - 1
    handled = struct.pack("=QQ", files, _BIND_AND_CONNECT) if version >= _NET_SINCE else struct.pack("=Q", files)
    rules = kernel.syscall(_LANDLOCK_CREATE, handled, ctypes.c_size_t(len(handled)), 0)
    return bool(rules >= 0 and kernel.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0)


def _shut_calls(kernel: ctypes.CDLL) -> bool:
    if platform.machine() not in _CALLS:
        return False
    program = ctypes.create_string_buffer(_filter(*_CALLS[platform.machine()]))
    instructions = (len(program) - 1) // 8
    described = struct.pack("=HxxxxxxQ", instructions, ctypes.addressof(program))
    return bool(kernel.prctl(_PR_SET_SECCOMP, _FILTER, described, 0, 0) == 0)


def _filter(machine: int, clone: int, calls: dict[str, int]) -> bytes:
    """A BPF program: another machine's calls kill; those listed fail, and `clone` unless for a thread; others pass."""
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_JUMP_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]
    for name, number in calls.items():
        # Told that there is no clone3, the C library falls back to clone, whose flags a filter can see.
        failure = errno.ENOSYS if name == "clone3" else errno.EPERM
        steps += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | failure)]
    steps += [
        (_JUMP_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, _FLAGS_AT),
        (_JUMP_IF_SET, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
