"""Stops single threads of a process, as a deadlock would."""

import ctypes
import os
import pathlib

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
WAIT_ALL_THREADS = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                        ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def trace(what, thread):
    if libc.ptrace(what, thread, None, None) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def threads(pid, name, waits_in=""):
    """Ids of threads by their name and the kernel function they wait in."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name \
                and waits_in in (task / "wchan").read_text():
            found.append(int(task.name))
    return found


class frozen:
    """Stopped while it is entered."""

    def __init__(self, ids):
        self.ids = ids

    def __enter__(self):
        for thread in self.ids:
            trace(PTRACE_SEIZE, thread)
            trace(PTRACE_INTERRUPT, thread)
            os.waitpid(thread, WAIT_ALL_THREADS)
        return self

    def __exit__(self, *_):
        for thread in self.ids:
            trace(PTRACE_DETACH, thread)


def may_freeze():
    child = os.fork()
    if child == 0:
        os.read(os.pipe()[0], 1)
        os._exit(0)
    try:
        with frozen([child]):
            return True
    except OSError:
        return False
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
