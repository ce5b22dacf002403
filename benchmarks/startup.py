"""How soon something is there: the help, the first external page, a run in which nothing changed.

    python benchmarks/startup.py [ROUNDS]
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
QBR = [sys.executable, "-m", "qbrkit"]


def run(*options: object) -> float:
    """Seconds of one command."""
    started = time.perf_counter()
    subprocess.run([*QBR, *map(str, options)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def first_page(out: Path) -> tuple[float, float]:
    """Seconds until the first external page is whole, and until all are."""
    started, first = time.perf_counter(), 0.0
    with subprocess.Popen([*QBR, "external", "--workspace", str(SAMPLE), "--out", str(out)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            if not first and any(out.glob("*/external/*.html")):
                first = time.perf_counter() - started
            time.sleep(0.01)
    return first, time.perf_counter() - started


def main() -> None:
    """Print one table."""
    rounds = int([*sys.argv[1:], "5"][0])
    measured: dict[str, list[float]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            out = Path(name)
            first, every = first_page(out)
            pages_n = len(list(out.glob("*/external/*.html")))
            for what, seconds in {
                    "qbr --help": run("--help"), "first external page": first,
                    f"all {pages_n} external pages": every,
                    "the same again, nothing changed": run(
                        "external", "--workspace", SAMPLE, "--out", out)}.items():
                measured.setdefault(what, []).append(seconds)
    print(f"sample company, median of {rounds} rounds")
    for what, seconds in measured.items():
        print(f"{what:<34} {statistics.median(seconds):7.2f} s")


if __name__ == "__main__":
    main()
