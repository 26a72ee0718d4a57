"""A rehearsal on the production stores with PostgreSQL gone for half a minute in
the middle: every invariant holds, SQL has everything in the end.

    outage_test.py SECONDS SHAPE_FLAGS...

SECONDS is how long PostgreSQL is killed for; the flags are those of `registrar
rehearse`, with a --rate that makes the day longer than that.
"""

import os
import pathlib
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))

import postgres_server  # noqa: E402

BINARY = os.environ["REGISTRAR_BINARY"]
SERVER = pathlib.Path(postgres_server.__file__)
DIRECTORY = os.environ["REGISTRAR_TEST_POSTGRES_DIRECTORY"]
PATIENCE_S = 280
# The day is under way: past its set-up, and a part of it played.
UNDER_WAY = re.compile(r"^(?!set up)[a-z0-9 ]+: (\d+) %")


def postgres(what):
    subprocess.run([sys.executable, str(SERVER), what, DIRECTORY], check=True,
                   timeout=60)


def main():
    seconds, flags = float(sys.argv[1]), sys.argv[2:]
    day = subprocess.Popen(
        [BINARY, "rehearse", *flags,
         "--redis", os.environ["REGISTRAR_TEST_REDIS"],
         "--postgres", os.environ["REGISTRAR_TEST_POSTGRES"]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    under_way = threading.Event()
    said = []

    def read_progress():
        for line in day.stderr:
            said.append(line)
            if UNDER_WAY.match(line.strip()):
                under_way.set()

    reader = threading.Thread(target=read_progress, daemon=True)
    reader.start()
    try:
        while not under_way.wait(0.1):
            assert day.poll() is None, "".join(said) + day.stdout.read()
        postgres("kill")
        began = time.monotonic()
        print("PostgreSQL is gone", flush=True)
        while time.monotonic() - began < seconds:
            assert day.poll() is None, \
                f"the day ended {time.monotonic() - began:.0f} s after " \
                "PostgreSQL went: give a lower --rate"
            time.sleep(0.1)
        postgres("start")
        print(f"PostgreSQL is back after {time.monotonic() - began:.0f} s",
              flush=True)
        day.wait(PATIENCE_S)
    finally:
        if day.poll() is None:
            day.kill()
    reader.join(10)
    print(day.stdout.read(), end="")
    if day.returncode != 0:
        print("".join(said[-20:]), file=sys.stderr)
    return day.returncode


if __name__ == "__main__":
    sys.exit(main())
