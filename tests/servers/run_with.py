#!/usr/bin/env python3
"""Runs a command beside private servers.

    run_with.py redis postgres -- COMMAND [ARGUMENT...]

Each `<name>_server.py` beside this file offers `class Server` with
`start(directory)`, `.environment` (what the command finds) and `.stop()`.
Exits with the command's code; 2 where a server could not be started.
"""

import importlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile


def main(arguments):
    if "--" not in arguments or arguments[-1] == "--":
        sys.exit(__doc__)
    split = arguments.index("--")
    names, command = arguments[:split], arguments[split + 1:]
    # A runner that gives up ends us by SIGTERM: the servers must go too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    environment = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="registrar-") as directory:
        servers = []
        try:
            for name in names:
                server = importlib.import_module(f"{name}_server").Server()
                place = pathlib.Path(directory) / name
                place.mkdir()
                servers.append(server)
                try:
                    server.start(place)
                except Exception as why:  # whatever it is, say whose
                    print(f"run_with: {name} could not be started: {why}",
                          file=sys.stderr)
                    return 2
                environment.update(server.environment)
            return subprocess.run(command, env=environment).returncode
        finally:
            for server in reversed(servers):
                server.stop()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A command that died by a signal is a failure too.
    sys.exit(code if code >= 0 else 128 - code)
