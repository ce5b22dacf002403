"""Write the sample company: ``python -m tests.sample_company [--out DIR]``."""

import argparse
from pathlib import Path

from tests.sample_company.workspace import write

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the invented sample company.")
    parser.add_argument("--out", type=Path, default=Path("data/sample"),
                        help="folder to write to (default: data/sample)")
    write(parser.parse_args().out)
