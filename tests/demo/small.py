"""`pars` with a small city, for tests: `python -m tests.demo.small demo …`. Everything but its size is the demo's own."""

from __future__ import annotations

import sys

from pars.edge.city import demo
from pars.edge.commands import main

demo.PAST, demo.IN_PROCESS, demo.QUESTIONS = 12, 6, 8

if __name__ == "__main__":
    sys.exit(main())
