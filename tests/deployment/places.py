"""Where things are, and what tests of the shipped files share."""

import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
DOCKER = TESTS.parent / "docker"
for folder in ("chaos", "integration", "servers"):
    sys.path.insert(0, str(TESTS / folder))
