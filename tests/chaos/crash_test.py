"""Kills the server again and again under load; nothing acknowledged is lost.

Load with idempotency keys from several connections. At each kill: `verify` on
the files as the kill left them, a restart, every request in doubt asked again
with its key, then at a quiet moment the whole live state held against what
clients were told. REGISTRAR_KILLS sets how many (100; fewer where verify has to
wait for the end of the dead server's lease each time), REGISTRAR_SEED the
random choices.
"""

import os
import random
import sys
import time

from served import served
from traffic import STUDENTS, traffic

KILLS = int(os.environ.get("REGISTRAR_KILLS", "100"))
SEED = int(os.environ.get("REGISTRAR_SEED", str(random.randrange(2**32))))
SEATS = [3, 5, 8, 13, 21, 30]
# Below this many acknowledgements a kill proves little.
ACKNOWLEDGED_PER_KILL_MIN = 20


def kill_once(server, load, chooser):
    load.await_acknowledgements(ACKNOWLEDGED_PER_KILL_MIN, "between two kills")
    time.sleep(chooser.random() * 0.05)
    server.kill()
    verified = server.verify()
    assert verified.returncode == 0, \
        f"verify says {verified.stdout}{verified.stderr}"
    server.start()


def main():
    print(f"seed {SEED}, {KILLS} kills", flush=True)
    chooser = random.Random(SEED)
    with served() as server:
        rows = [(f"CRASH {i}", "A00", seats)
                for i, seats in enumerate(SEATS)]
        ids = server.import_sections(rows, STUDENTS)
        server.start()
        load = traffic(server.port, dict(zip(ids, SEATS)), SEED)
        load.start()
        for kill in range(1, KILLS + 1):
            kill_once(server, load, chooser)
            load.check()
            load.go_on()
            if kill % 10 == 0:
                print(f"{kill} kills, {load.acknowledged} acknowledged, "
                      f"{load.in_doubt} in doubt, {load.replays} replays",
                      flush=True)
        load.check()
        load.end()
        assert server.stop() == 0
        verified = server.verify()
        assert verified.returncode == 0, verified.stdout
        assert load.in_doubt > 0 and load.replays > 0, \
            "no request was in doubt or replayed: the test proved nothing"
        print(f"passed: {load.acknowledged} acknowledged, "
              f"{load.in_doubt} in doubt, {load.replays} replays")


if __name__ == "__main__":
    sys.exit(main())
