"""`python -m witness` is `pars witness`, for a machine that holds nothing else of PARS."""

import sys

from witness.command import main

sys.exit(main())
