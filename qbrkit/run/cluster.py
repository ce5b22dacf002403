"""Pages made on a Dask cluster: what a page is made from travels, and what was made comes back.

No folder is shared. An external page needs its notebook, the view of its account and the terms
that its reader must not see: some hundred kilobytes, which go along as bytes. The worker makes it
in a temporary folder by the very function that makes it here, in a process apart; page, executed
notebook and log come back as bytes and are written whole where they belong. So a worker that
dies leaves nothing half-written, and Dask gives its pages to another one. Pages of the whole
company are few and read all tables of the workspace; they are made here meanwhile.
"""

import hashlib
import logging
import platform
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qbrkit.errors import QbrError, SettingError
from qbrkit.run.execution import one_line
from qbrkit.run.manifest import kit_hash
from qbrkit.run.pages import FAILED, PageJob, PageResult, make_page, remove_page
from qbrkit.run.paths import write_whole

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 10
"""Time in which the scheduler has to answer."""
WORKER_SECONDS = 60
"""Time in which a first worker has to be there."""
SHAPING = ("pandas", "numpy", "matplotlib", "nbconvert", "jinja2", "markdown-it-py", "babel")
"""Libraries of which another version may give another page."""


@contextmanager
def opened_cluster(address: str, workers: int = 2) -> Iterator[Executor]:
    """An executor whose external pages are made by the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://host:8786``.
    workers : int, default 2
        How many pages of the whole company are made here at a time.

    Yields
    ------
    Executor
        Takes `make_page` and a job.

    Raises
    ------
    SettingError
        If Dask is not installed, no scheduler answers, it has no worker, or a worker's kit is
        not the one of this machine.
    """
    with _connected(address) as client:
        _check_workers(client, address)
        with ClusterExecutor(client, workers) as executor:
            yield executor


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError as error:
        raise SettingError('--scheduler needs Dask: pip install "qbrkit[cluster]"; or leave '
                           "--scheduler out: the pages are the same") from error
    try:
        get_address_host_port(address)  # a client that finds no port says so, and much more
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingError(
            f"--scheduler: no Dask scheduler answers at {address} ({one_line(error)}); dask "
            "scheduler starts one and shows its address; without --scheduler the pages are made "
            "on this machine") from error
    # what it would log, with tracebacks, is told page by page
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    with client:
        yield client


def _check_workers(client: "Client", address: str) -> None:
    """Refuse a cluster without workers, or with others than would make the pages made here."""
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise SettingError(f"--scheduler: {address} has no worker after {WORKER_SECONDS:g} seconds;"
                           f" dask worker {address} starts one") from error
    here = versions()
    for worker, found in sorted(client.run(versions, on_error="return").items()):
        if isinstance(found, BaseException):
            raise SettingError(f"--scheduler: worker {worker} cannot use the kit "
                               f"({one_line(found)}); install it there as it is installed here")
        require_same(found, here, worker)


@cache  # a kit that is changed under a running worker is still the one before
def versions() -> Mapping[str, str]:
    """What shapes the bytes of a page in this process, by name."""
    return {"qbrkit": kit_hash()[:12], "Python": ".".join(platform.python_version_tuple()[:2]),
            **{name: version(name) for name in SHAPING}}


def require_same(there: Mapping[str, str], here: Mapping[str, str], worker: str) -> None:
    """Refuse a worker whose pages might be others than those of this machine.

    Raises
    ------
    SettingError
        Which names what differs.
    """
    differing = [f"{name} {there.get(name)} there and {told} here"
                 for name, told in here.items() if there.get(name) != told]
    if differing:
        raise SettingError(f"worker {worker} is installed otherwise than this machine: "
                           f"{', '.join(differing)}; install the same there, start the worker "
                           "anew, and run again")


@dataclass(frozen=True)
class Made:
    """What a worker sends back: what became of a page, and the files by their place in the job."""

    result: PageResult
    files: Mapping[str, bytes]


def make_elsewhere(job: PageJob, sender: Mapping[str, str], view: bytes, notebook: bytes,
                   terms: bytes) -> Made:
    """On a worker: make a page from what was sent, in a folder that goes with its end.

    Raises
    ------
    SettingError
        If this worker is not installed as the sender is.
    """
    from distributed import get_worker

    require_same(versions(), sender, platform.node())
    # in Dask's own folder: what a worker that was killed left there is cleared by the next one
    with TemporaryDirectory(prefix="qbrkit-", dir=get_worker().local_directory,
                            ignore_cleanup_errors=True) as folder:
        moved = _moved(job, Path(folder))
        write_whole(moved.notebook, notebook)
        write_whole(Path(moved.parameters["account_view"]), view)
        if moved.forbidden_file:
            write_whole(moved.forbidden_file, terms)
        result = make_page(moved)
        files = {name: file.read_bytes() for name, file in _files(moved).items()
                 if file.is_file()}
    return Made(replace(result, job=job), files)


def _moved(job: PageJob, folder: Path) -> PageJob:
    work = folder / "work"
    return replace(
        job, notebook=folder / "notebooks" / job.notebook.name,
        parameters={"account_view": str(work / "views" / Path(
            job.parameters["account_view"]).name)},
        executed=work / "notebooks" / job.executed.name, page=folder / "external" / job.page.name,
        forbidden_file=job.forbidden_file and work / job.forbidden_file.name)


def _files(job: PageJob) -> dict[str, Path]:
    """What a page leaves behind; the page last, since it is taken for a sign of all."""
    return {"log": job.executed.with_suffix(".log"), "executed": job.executed, "page": job.page}


class ClusterExecutor(Executor):
    """Sends the making of external pages to a cluster, and does the others here."""

    def __init__(self, client: "Client", workers: int) -> None:
        self._client = client
        self._there: Executor = client.get_executor(pure=False)
        self._here = ThreadPoolExecutor(max(1, workers))
        self._desk = ThreadPoolExecutor(1)  # writes what arrives
        self._sent: dict[str, Any] = {}
        self._is_stopped = False

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Have a page made: one that an account's view is enough for there, any other here."""
        job = next((one for one in given if isinstance(one, PageJob)), None)
        if job is None or set(job.parameters) != {"account_view"}:
            return self._here.submit(function, *given, **named)
        arrived: Future[Any] = Future()
        sent = self._there.submit(
            make_elsewhere, job, versions(), Path(job.parameters["account_view"]).read_bytes(),
            self._once(job.notebook.read_bytes()),
            self._once(job.forbidden_file.read_bytes() if job.forbidden_file else b""))
        sent.add_done_callback(lambda done: self._arrives(job, done, arrived))
        return arrived

    def _once(self, content: bytes) -> Any:
        """What many pages need, sent once, as a task that is done again if its worker dies."""
        key = f"qbrkit-{hashlib.sha256(content).hexdigest()}"
        if key not in self._sent:
            self._sent[key] = self._client.submit(zlib.decompress, zlib.compress(content),
                                                  key=key)
        return self._sent[key]

    def _arrives(self, job: PageJob, done: Future[Made], arrived: Future[Any]) -> None:
        if not self._is_stopped:  # else nobody waits, and older pages are to stay
            self._desk.submit(_deliver, job, done, arrived)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As of any executor; what runs on a worker at that time ends there and is let go."""
        self._is_stopped = self._is_stopped or cancel_futures
        self._here.shutdown(wait, cancel_futures=cancel_futures)
        self._there.shutdown(wait and not self._is_stopped)
        self._desk.shutdown(wait, cancel_futures=cancel_futures)


def _deliver(job: PageJob, done: Future[Made], arrived: Future[Any]) -> None:
    if arrived.set_running_or_notify_cancel():  # from now on it is waited for
        arrived.set_result(_received(job, done))


def _received(job: PageJob, done: Future[Made]) -> PageResult:
    """Write what a worker made where it belongs; whatever went wrong is a failed page."""
    try:
        made = done.result()
        for name, file in _files(job).items():
            if name in made.files:
                write_whole(file, made.files[name])
        if "page" not in made.files:
            remove_page(job.page)
        return made.result
    except (CancelledError, Exception) as error:
        remove_page(job.page)
        return PageResult(job, FAILED, cause=_cause(error))


def _cause(error: BaseException) -> str:
    if isinstance(error, CancelledError):
        return "the scheduler has given the page up, or is gone"
    if type(error).__name__ == "KilledWorker":
        return "every worker that began the page died; the workers' logs may tell why"
    if isinstance(error, (QbrError, OSError)):
        return one_line(error)
    return f"{type(error).__name__}: {one_line(error)}"
