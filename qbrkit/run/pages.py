"""One page: a notebook run by papermill, exported, searched for leaks, released.

The function is plain and its arguments can be pickled, so that any executor can run it.
"""

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from qbrkit.errors import LeakError, QbrError
from qbrkit.run.execution import execute, one_line
from qbrkit.run.leaks import INTERNAL_TEXT, Gate, Leak, refuse
from qbrkit.run.origins import origin_of, texts_of_view
from qbrkit.run.paths import write_whole
from qbrkit.run.warm.apart import DEAF_SECONDS, DiedError, SilentError, call_apart, can_fork

READY, DRAFT, FAILED, REFUSED, REUSED = "ready", "draft", "failed", "refused", "reused"
CELL_SECONDS = 900.0
SAVE_SECONDS = 2.0
LEAST_PAGE_BYTES = 4_000_000_000
"""A page may always take so much memory; what takes more than the machine has ends alone."""


@dataclass(frozen=True)
class PageJob:
    """What it takes to make one page.

    Parameters
    ----------
    kind : str
        ``internal``, ``black_ops``, ``external`` or ``transactional_plan``.
    notebook : Path
        The notebook, without outputs.
    parameters : mapping of str to str
        Its parameters.
    executed : Path
        Where the executed notebook goes. Internal.
    page : Path
        Where the released page goes.
    account_id, name, owner : str
        The account, empty for pages of the whole company.
    key : str
        Hash of all that the page depends on.
    forbidden_file : Path or None
        JSON of the terms that no reader of external pages may see; None for internal
        pages, which are not searched.
    forbidden : mapping
        Further terms for this page alone.
    allowed : tuple of str
        The reader's own id and names.
    gaps : mapping of str to int
        What the page could be better with; see `gaps.find_gaps`.
    cell_seconds : float
        How long a cell may run.
    memory_bytes : int or None
        How much memory the process of the page may take; by default half of the machine's.
    save_seconds : float
        So often the executed notebook is saved at most before its end.
    """

    kind: str
    notebook: Path
    parameters: Mapping[str, str]
    executed: Path
    page: Path
    account_id: str = ""
    name: str = ""
    owner: str = ""
    key: str = ""
    forbidden_file: Path | None = None
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    gaps: Mapping[str, int] = field(default_factory=dict)
    cell_seconds: float = CELL_SECONDS
    memory_bytes: int | None = None
    save_seconds: float = SAVE_SECONDS

    @property
    def identity(self) -> tuple[str, str]:
        """Which page it is, as `manifest.identity` tells it of a record."""
        return self.kind, self.account_id or self.name


@dataclass(frozen=True)
class PageResult:
    """What became of a page."""

    job: PageJob
    status: str
    seconds: float = 0.0
    sha256: str = ""
    cause: str = ""
    missing: tuple[str, ...] = ()


def make_page(job: PageJob) -> PageResult:
    """Make one page, in a process of its own where processes can be forked.

    Parameters
    ----------
    job : PageJob
        What to make.

    Returns
    -------
    PageResult
        See `make_page_here`; a process that died without a word is tried once more, and
        ``failed`` then, with the cell that ran.
    """
    if not can_fork():
        return make_page_here(job)
    started, log, cell = time.perf_counter(), job.executed.with_suffix(".log"), 0

    def heard(message: tuple[str, int]) -> None:
        nonlocal cell
        cell = message[1] + 1

    # the second time each cell is saved, for whoever looks for the cause
    for times, save_seconds in (("once", job.save_seconds), ("twice", 0.0)):
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            log.unlink(missing_ok=True)
            result: PageResult = call_apart(
                make_page_here, replace(job, save_seconds=save_seconds), log=log,
                seconds=job.cell_seconds + DEAF_SECONDS,
                memory_bytes=job.memory_bytes or _memory_bytes(), told=heard)
            return replace(result, job=job)
        except SilentError:
            cause = f"cell {cell}: it ran longer than {job.cell_seconds:g} seconds, deaf to all"
            break
        except DiedError as error:
            cause = f"cell {cell}: {error}, {times}"
        except OSError as error:
            cause = one_line(error)
            break
    remove_page(job.page)
    return PageResult(job, FAILED, round(time.perf_counter() - started, 2), cause=cause)


@cache
def _memory_bytes() -> int:
    """What one page may take: less than the machine has, so that only that page ends."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(LEAST_PAGE_BYTES, machine // 2)


def make_page_here(job: PageJob) -> PageResult:
    """Run, export, search and release one page; a fault becomes its status, not an error.

    Parameters
    ----------
    job : PageJob
        What to make.

    Returns
    -------
    PageResult
        ``ready``, ``draft`` (something is missing, told in ``missing``), ``failed`` (with
        the cell and the cause) or ``refused`` (a leak). A page that is not released is
        removed, so that no older one is taken for it.
    """
    started = time.perf_counter()
    try:
        result = _make(job)
    except LeakError as error:
        result = PageResult(job, REFUSED, cause=str(error))
    except (QbrError, OSError) as error:
        result = PageResult(job, FAILED, cause=one_line(error))
    if result.status in {FAILED, REFUSED}:
        remove_page(job.page)
    return replace(result, seconds=round(time.perf_counter() - started, 2))


def remove_page(page: Path) -> None:
    """Remove a page and its PDF, so that no older one is taken for one that is not released."""
    for file in (page, page.with_suffix(".pdf")):
        with suppress(OSError):  # where nothing can be written, and index and manifest name none
            file.unlink(missing_ok=True)


def _make(job: PageJob) -> PageResult:
    from qbrkit.report.language import language
    from qbrkit.run.export import read_frame, render_page

    executed = execute(job)
    frame = read_frame(executed)
    page = render_page(executed, language(frame["language"]).say).encode("utf-8")
    search_page(job, page)
    write_whole(job.page, page)
    return PageResult(job, frame["status"], sha256=hashlib.sha256(page).hexdigest(),
                      missing=tuple(_in_english(frame["language"]).get(one, one)
                                    for one in frame["missing"]))


@lru_cache(maxsize=16)
def _in_english(code: str) -> Mapping[str, str]:
    """Sentences of a language and what they are in the index, which is in English."""
    from babel.messages import pofile

    from qbrkit.languages import CATALOGS

    file = {one.stem: one for one in CATALOGS.glob("*.po")}.get(code)  # data is never a path
    if file is None:
        return {}
    with open(file, "rb") as catalog:
        return {message.string: message.id for message in pofile.read_po(catalog)
                if isinstance(message.string, str) and isinstance(message.id, str)}


def search_hash(job: PageJob) -> str:
    """Hash of what a page is searched for, empty for a page that is not."""
    if not job.forbidden_file:
        return ""
    terms = repr((sorted(job.forbidden.items()), job.allowed)).encode()
    return hashlib.sha256(job.forbidden_file.read_bytes() + terms).hexdigest()


def search_page(job: PageJob, page: bytes) -> None:
    """Search an external page for what its reader must not see.

    Raises
    ------
    LeakError
        If anything was found.
    """
    if job.forbidden_file:
        def origin(leak: Leak) -> str:
            return origin_of(leak, texts_of_view(Path(job.parameters.get("account_view", "")),
                                                 job.account_id))

        leaks = _gate(job.forbidden_file.read_bytes()).find(page, job.allowed,
                                                            Gate(job.forbidden))
        refuse([leak for leak in leaks if not _is_told(leak, job)], job.page.name, origin)


def _is_told(leak: Leak, job: PageJob) -> bool:
    """Whether the reader's own view holds an internal text; a name within it stays a find."""
    if leak.what != INTERNAL_TEXT:
        return False
    from qbrkit.run.forbidden import disclosed_texts  # with all analyses: few pages need them

    view = json.loads(Path(job.parameters["account_view"]).read_text(encoding="utf-8"))
    return bool(disclosed_texts([leak.found], view))


@lru_cache(maxsize=4)  # by the terms and not by the file's name, which the next run uses again
def _gate(terms: bytes) -> Gate:
    import json

    return Gate(json.loads(terms))


def page_record(result: PageResult, folder: Path) -> dict[str, Any]:
    """The page's entry in manifest.json.

    Parameters
    ----------
    result : PageResult
        What became of the page.
    folder : Path
        The folder of the quarter.

    Returns
    -------
    dict
        - ``kind``, ``account_id``, ``name``, ``owner``: which page;
        - ``status``: ready, draft, failed, refused, or reused; ``seconds`` it took;
        - ``file``: relative to the folder of the quarter, with its ``sha256``; null for a
          page that was not released, for the ``cause`` told;
        - ``missing``: what keeps the page a draft, as sentences in English;
        - ``gaps``: what it could be better with, how many by gap as in `gaps.find_gaps`;
        - ``key``, ``searched``: hashes of what it was made from and searched for.
    """
    job = result.job
    released = result.status not in {FAILED, REFUSED}
    return {
        "kind": job.kind, "account_id": job.account_id or None, "name": job.name or None,
        "owner": job.owner or None, "status": result.status, "seconds": result.seconds,
        "file": job.page.relative_to(folder).as_posix() if released else None,
        "sha256": result.sha256 or None, "cause": result.cause or None,
        "missing": list(result.missing), "gaps": dict(job.gaps), "key": job.key,
        "searched": search_hash(job),
    }
