"""Many pages: what is unchanged is reused, the rest is made in parallel, nothing stops the rest.

Knows jobs and an executor, and nothing of what the pages say.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from qbrkit.errors import LeakError
from qbrkit.run.pages import (
    DRAFT,
    FAILED,
    READY,
    REUSED,
    PageJob,
    PageResult,
    make_page,
    remove_page,
    search_hash,
    search_page,
)


def run_pages(jobs: Sequence[PageJob], folder: Path, previous: Iterable[dict[str, Any]] = (),
              workers: int = 2, force: bool = False,
              told: Callable[[PageResult], None] = lambda result: None) -> list[PageResult]:
    """Make the pages of some jobs.

    Parameters
    ----------
    jobs : sequence of PageJob
        What to make.
    folder : Path
        The folder of the quarter.
    previous : iterable of dict
        Page records of the run before; a page with the same key whose file is whole is
        reused.
    workers : int, default 2
        How many pages are made at a time.
    force : bool, default False
        Make every page, changed or not.
    told : callable
        Is called with each result as it comes, for a progress bar.

    Returns
    -------
    list of PageResult
        One per job, in the order of the jobs.
    """
    known = {record["key"]: record for record in previous if record.get("key")}
    results: dict[int, PageResult] = {}
    for at, job in enumerate(jobs):
        if not force and (reused := _reused(job, known.get(job.key), folder)):
            results[at] = reused
            told(reused)
    # papermill starts one kernel process per notebook; the threads here only wait for them
    with ThreadPoolExecutor(max_workers=max(1, workers)) as executor:
        results |= _run(executor, {at: job for at, job in enumerate(jobs) if at not in results},
                        told)
    return [results[at] for at in range(len(jobs))]


def _run(executor: Executor, jobs: dict[int, PageJob],
         told: Callable[[PageResult], None]) -> dict[int, PageResult]:
    waiting: dict[Future[PageResult], int] = {
        executor.submit(make_page, job): at for at, job in jobs.items()}
    results = {}
    try:
        for future in as_completed(waiting):
            at = waiting[future]
            error = future.exception()
            if error is not None:
                remove_page(jobs[at].page)
            results[at] = future.result() if error is None else PageResult(
                jobs[at], FAILED, cause=f"{type(error).__name__}: {error}")
            told(results[at])
    except BaseException:  # ctrl-C: what runs may end, what waits must not begin
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    return results


def _reused(job: PageJob, record: dict[str, Any] | None, folder: Path) -> PageResult | None:
    """The page of the run before, when nothing it depends on has changed."""
    if record is None or record["status"] not in {READY, DRAFT, REUSED} or not record["file"]:
        return None
    file = folder / record["file"]
    if file != job.page or not file.is_file():
        return None
    page = file.read_bytes()
    if hashlib.sha256(page).hexdigest() != record["sha256"]:
        return None
    if record.get("searched") != search_hash(job):  # another account, another rival
        try:
            search_page(job, page)
        except LeakError:
            return None
    return replace(PageResult(job, REUSED, sha256=record["sha256"]),
                   missing=tuple(record["missing"]))
