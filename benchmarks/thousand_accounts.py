"""A thousand pages in one batch: seconds per page from the first to the last, and memory.

    python benchmarks/thousand_accounts.py [PAGES] [WORKERS]

The pages are those of the sample's accounts, again and again under new names.
"""

import contextlib
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from batch import jobs_of

from qbrkit.run.batch import run_pages
from qbrkit.run.pages import PageResult
from qbrkit.run.warm.apart import warm_up

HUNDRED = 100


def own_bytes(process: str = "self") -> int:
    """Memory that a process shares with no other."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines()
               if line.startswith(("Private_Clean", "Private_Dirty")))


def children_of(process: int) -> list[str]:
    """Processes that a process has forked."""
    file = Path(f"/proc/{process}/task/{process}/children")
    with contextlib.suppress(OSError):
        return file.read_text(encoding="ascii").split()
    return []


class Watch(threading.Thread):
    """The most own memory of each process that makes a page, looked at every 20 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most: dict[str, int] = {}
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.02):
            for server in children_of(os.getpid()):
                for page in children_of(int(server)):
                    with contextlib.suppress(OSError):
                        self.most[page] = max(self.most.get(page, 0), own_bytes(page))


def main() -> None:
    """Print one table."""
    pages_n, workers = (int(one) for one in [*sys.argv[1:], "1000", str(os.cpu_count())][:2])
    warm_up()
    with tempfile.TemporaryDirectory() as name:
        jobs = jobs_of(Path(name), 25)
        folder = jobs[0].page.parents[1]
        numbered = [replace(job, key="", page=job.page.with_stem(f"{job.page.stem}_{at}"),
                            executed=job.executed.with_stem(f"{job.executed.stem}_{at}"))
                    for at in range(pages_n) for job in [jobs[at % len(jobs)]]]
        ended: list[float] = []

        def told(result: PageResult) -> None:
            ended.append(time.perf_counter())

        watch = Watch()
        watch.start()
        memory_before, started = own_bytes(), time.perf_counter()
        run_pages(numbered, folder, workers=workers, told=told)
        memory_after = own_bytes()
    watch.is_over.set()
    times = [started, *ended]
    for first in range(0, pages_n, HUNDRED):
        last = min(first + HUNDRED, pages_n)
        print(f"pages {first + 1:>4} to {last:>4}: "
              f"{(times[last] - times[first]) / (last - first):.3f} s per page")
    hundreds = [(times[min(at + HUNDRED, pages_n)] - times[at]) for at in range(
        0, pages_n - HUNDRED + 1, HUNDRED)]
    print(f"last hundred / first hundred: {hundreds[-1] / hundreds[0]:.2f}")
    print(f"parent's own memory: {memory_before / 1e6:.0f} MB before, {memory_after / 1e6:.0f} MB "
          "after")
    of_pages = [one / 1e6 for one in watch.most.values()]
    print(f"own memory of a page's process: {statistics.median(of_pages):.0f} MB in the median, "
          f"{max(of_pages):.0f} MB at most")


if __name__ == "__main__":
    main()
