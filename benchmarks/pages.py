"""Seconds per external page of the sample: the kit, a shell loop, and a run without changes."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
BIN = Path(sys.executable).parent
ACCOUNTS = ["A-001", "A-002", "A-003", "A-004"]
ROUNDS = 3


def seconds(*command: object) -> float:
    """Wall time of one command, its output thrown away."""
    started = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def kit(out: Path, workers: int) -> float:
    """Seconds per page of ``qbr external``, reading the exports included."""
    chosen = [part for account in ACCOUNTS for part in ("--account", account)]
    return seconds(BIN / "qbr", "external", "--workspace", SAMPLE, "--out", out, "--workers",
                   workers, *chosen) / len(ACCOUNTS)


def shell_loop(views: list[Path], folder: Path) -> float:
    """Seconds per page of the commands a user would write in a loop."""
    notebook, total = ROOT / "notebooks" / "external_review.ipynb", 0.0
    for view in views:
        executed = folder / f"{view.stem}.ipynb"
        total += seconds(BIN / "papermill", notebook, executed, "-r", "account_view", view,
                         "--no-progress-bar")
        total += seconds(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)
    return total / len(views)


def main() -> None:
    """Print one table."""
    figures: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        folder = Path(tempfile.mkdtemp())
        for workers in (1, 2):
            out = folder / str(workers)
            figures.setdefault(f"qbr, {workers} at a time", []).append(kit(out, workers))
            figures.setdefault(f"qbr again, nothing changed ({workers})", []).append(
                kit(out, workers))
        views = sorted((folder / "1").rglob("views/*.json"))
        figures.setdefault("shell loop", []).append(shell_loop(views, folder))
        shutil.rmtree(folder)
    base = statistics.median(figures["qbr, 1 at a time"])
    print(f"papermill {version('papermill')}, nbconvert {version('nbconvert')}, "
          f"{len(ACCOUNTS)} accounts, median of {ROUNDS} rounds")
    for name, measured in figures.items():
        median = statistics.median(measured)
        print(f"{name:<36} {median:6.2f} s per page   {median / base:5.2f} × qbr with one worker")


if __name__ == "__main__":
    main()
