"""The command line, as ``python -m silverner``."""

import sys

from silverner.cli import main

sys.exit(main())
