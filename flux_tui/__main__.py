"""`python -m flux_tui`."""

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 - nothing is to be imported before this
    # The folder one stands in may be a project that nobody trusts: what is installed wins over what lies there.
    sys.path.append(sys.path.pop(0))

from flux_tui.cli import main

if __name__ == "__main__":
    main()
