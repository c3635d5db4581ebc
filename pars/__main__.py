"""`python -m pars` is `pars`."""

import sys

from pars.edge.commands import main

sys.exit(main())
