"""Many pages: what is unchanged is reused, the rest is made in parallel, nothing stops the rest.

Knows jobs and an executor, and nothing of what the pages say.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from qbrkit.errors import LeakError
from qbrkit.run.manifest import note_page
from qbrkit.run.pages import (
    DRAFT,
    FAILED,
    READY,
    REUSED,
    PageJob,
    PageResult,
    make_page,
    page_record,
    remove_page,
    search_hash,
    search_page,
)
from qbrkit.run.warm.apart import end_calls

WAIT_SECONDS = 0.1


def run_pages(jobs: Sequence[PageJob], folder: Path, previous: Iterable[dict[str, Any]] = (),
              workers: int = 2, force: bool = False,
              told: Callable[[PageResult], None] = lambda result: None,
              scheduler: str = "",
              working: Callable[[PageJob], None] = lambda job: None) -> list[PageResult]:
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
    scheduler : str, default ""
        Address of a Dask scheduler whose workers make the external pages; see
        `cluster.opened_cluster`.
    working : callable
        Is called with each page that is begun here, by the thread that waits for it.

    Returns
    -------
    list of PageResult
        One per job, in the order of the jobs.
    """
    previous = list(previous)
    known = {record["key"]: record for record in previous if record.get("key")}
    released = {record["sha256"] for record in previous if record.get("sha256")}
    results: dict[int, PageResult] = {}
    for at, job in enumerate(jobs):
        if not force and (reused := _reused(job, known.get(job.key), folder)):
            results[at] = reused
            told(reused)
    open_jobs = {at: job for at, job in enumerate(jobs) if at not in results}
    if open_jobs:
        with _executor(workers, scheduler) as executor:
            results |= _run(executor, open_jobs, told, working, released)
    return [results[at] for at in range(len(jobs))]


def _executor(workers: int, scheduler: str) -> AbstractContextManager[Executor]:
    if scheduler:
        from qbrkit.run.cluster import opened_cluster

        return opened_cluster(scheduler, workers)
    # each page has a process of its own; the threads only wait for them
    return ThreadPoolExecutor(max_workers=max(1, workers))


def _run(executor: Executor, jobs: dict[int, PageJob],
         told: Callable[[PageResult], None],
         working: Callable[[PageJob], None],
         released: Collection[str]) -> dict[int, PageResult]:
    def make(job: PageJob) -> PageResult:
        working(job)
        return make_page(job)

    waiting: dict[Future[PageResult], int] = {
        executor.submit(make, job): at for at, job in jobs.items()}
    results = {}
    try:
        for future in as_completed(waiting):
            at = waiting.pop(future)  # and with it what it holds
            error = future.exception()
            if error is not None:
                remove_page(jobs[at].page)
            results[at] = future.result() if error is None else PageResult(
                jobs[at], FAILED, cause=f"{type(error).__name__}: {error}")
            told(results[at])
    except BaseException:  # ctrl-C: what waits must not begin, what runs ends
        executor.shutdown(wait=False, cancel_futures=True)
        begun = _end(waiting)
        for future in begun:
            if future.exception() is not None:
                _withdraw(jobs[waiting[future]].page, released)
        for future in begun:  # made between the last one told and the interrupt
            if future.exception() is None:
                told(future.result())
        raise
    return results


def _end(waiting: Iterable[Future[PageResult]]) -> list[Future[PageResult]]:
    """End the processes of pages; once this returns nothing more is written."""
    begun = [future for future in waiting if not future.cancel()]
    while wait(begun, timeout=WAIT_SECONDS).not_done:
        end_calls()
    return begun


def _withdraw(page: Path, released: Collection[str]) -> None:
    """Remove a page whose process was ended after it was written, and before it was told."""
    if page.is_file() and hashlib.sha256(page.read_bytes()).hexdigest() not in released:
        remove_page(page)


def noting(told: Callable[[PageResult], None], folder: Path) -> Callable[[PageResult], None]:
    """Keep the record of each page that is made, and then tell it."""
    def noted(result: PageResult) -> None:
        if result.status != REUSED:
            note_page(page_record(result, folder), folder)
        told(result)
    return noted


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
