#!/usr/bin/env python3
"""Runs a command beside private servers and ends with its exit code.

    run_with.py redis -- COMMAND ARGUMENT...
    run_with.py redis postgres -- COMMAND ARGUMENT...

Each NAME is a module NAME_server.py beside this file with a class `server`:
made with a directory of its own it starts, `environment` names what the command
must know (REGISTRAR_TEST_REDIS, ...), `stop()` ends it.
"""

import importlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))


def usage(why):
    print(f"run_with.py: {why}\n{__doc__}", file=sys.stderr)
    return 2


def run(names, command):
    with tempfile.TemporaryDirectory(prefix="registrar-servers-") as root:
        servers = []
        try:
            environment = dict(os.environ)
            for name in names:
                directory = pathlib.Path(root) / name
                directory.mkdir()
                module = importlib.import_module(f"{name}_server")
                servers.append(module.server(directory))
                environment.update(servers[-1].environment)
            return subprocess.run(command, env=environment).returncode
        finally:
            for server in reversed(servers):
                server.stop()


def main(arguments):
    if "--" not in arguments:
        return usage("no -- before the command")
    at = arguments.index("--")
    names, command = arguments[:at], arguments[at + 1:]
    if not names or not command:
        return usage("no server or no command is named")
    here = pathlib.Path(__file__).resolve().parent
    for name in names:
        if not (here / f"{name}_server.py").exists():
            return usage(f"there is no {name}_server.py")
    # So that a polite stop still stops the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    code = run(names, command)
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
