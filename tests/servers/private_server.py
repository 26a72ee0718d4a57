"""What the servers of tests share: a process that dies with us, waiting for a
condition."""

import ctypes
import signal
import subprocess
import time

# Longest wait for anything that must happen; reached only on failure.
PATIENCE_S = 60
PR_SET_PDEATHSIG = 1
# Loaded before a fork: between fork and exec a process with threads may not.
LIBC = ctypes.CDLL(None)


def wait_until(what, condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE_S} s in vain for {what}")
        time.sleep(0.02)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def spawn(command, **options):
    """A child that ends when we end, however that happens."""
    return subprocess.Popen(command, preexec_fn=die_with_parent, **options)


def stop(process):
    """Ends a child in order, or by force where it does not end."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
