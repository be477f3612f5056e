"""The launcher's command line: `python -m script.launch demo|test`, from the project's folder."""

import sys

from script.launch import demo, suite
from script.launch.checkout import Problem

if __name__ == "__main__":
    command = {"demo": demo.main, "test": suite.main}[sys.argv[1]]
    try:
        sys.exit(command(sys.argv[2:]))
    except Problem as problem:
        sys.exit(f"\n{problem}")
