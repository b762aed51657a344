"""Parents, children and orphans: what the system can be told and asked about processes."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from signal import Signals

PR_SET_PDEATHSIG = 1


def dying_with_parent(how: Signals) -> Callable[[], None] | None:
    """What a child has to do first (subprocess' preexec_fn) to be sent a signal when its parent's thread ends.

    None where the system has no such thing, that is, anywhere but on Linux. The thread that starts the child counts as
    its parent: it has to live for as long as the child shall.
    """
    if sys.platform != "linux":
        return None
    # All is looked up before the fork: a child of a process with threads should do as little as it can.
    parent, prctl, getppid, leave = os.getpid(), ctypes.CDLL(None).prctl, os.getppid, os._exit

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(how))
        if getppid() != parent:  # it died in between, and no signal will come
            leave(1)

    return arrange


def die_with_parent(how: Signals) -> None:
    """Be sent a signal when the process that started this one ends; end at once if it has. Only on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() == 1:
            sys.exit("the process that started this one has gone")


def command_of(pid: int) -> str:
    """The command line of a process, or "" if there is none with this number."""
    if Path("/proc/self/cmdline").exists():  # a small Linux has no ps
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
