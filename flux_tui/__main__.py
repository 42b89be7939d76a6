"""`python -m flux_tui` is `flux`."""

from flux_tui.cli import main

if __name__ == "__main__":
    main()
