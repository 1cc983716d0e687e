"""`python -m heard` is the command `heard`."""

import sys

from heard.cli import main

sys.exit(main())
