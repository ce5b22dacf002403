"""``python -m qbrkit`` is the command ``qbr``."""

from qbrkit.run.cli import main

if __name__ == "__main__":
    main()
