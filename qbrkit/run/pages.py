"""One page: a notebook run by papermill, exported, searched for leaks, released.

The function is plain and its arguments can be pickled, so that any executor can run it.
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbrkit.errors import LeakError, NotebookError, QbrError
from qbrkit.run.leaks import INTERNAL_TEXT, Gate, Leak, find_leaks, refuse
from qbrkit.run.origins import origin_of, texts_of_view
from qbrkit.run.paths import write_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode

READY, DRAFT, FAILED, REFUSED, REUSED = "ready", "draft", "failed", "refused", "reused"
CELL_SECONDS = 900
START_SECONDS = 120
_COLORS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


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
        result = PageResult(job, FAILED, cause=_one_line(error))
    if result.status in {FAILED, REFUSED}:
        remove_page(job.page)
    return replace(result, seconds=round(time.perf_counter() - started, 2))


def remove_page(page: Path) -> None:
    """Remove a page and its PDF, so that no older one is taken for one that is not released."""
    page.unlink(missing_ok=True)
    page.with_suffix(".pdf").unlink(missing_ok=True)


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

        found = [*_gate(job.forbidden_file.read_bytes()).find(page, job.allowed),
                 *find_leaks(page, job.forbidden, job.allowed)]
        leaks = dict.fromkeys(found)  # both find scripts and paths
        refuse([leak for leak in leaks if not _is_told(leak, job)], job.page.name, origin)


def _is_told(leak: Leak, job: PageJob) -> bool:
    """Whether the reader's own view holds an internal text; a name within it stays a find."""
    if leak.what != INTERNAL_TEXT:
        return False
    from qbrkit.run.forbidden import disclosed_texts  # with all analyses: few pages need them

    view = json.loads(Path(job.parameters["account_view"]).read_text(encoding="utf-8"))
    return bool(disclosed_texts([leak.found], view))


def execute(job: PageJob) -> "NotebookNode":
    """Run the notebook of a job with papermill; a kernel that died is tried once more.

    Raises
    ------
    NotebookError
        If a cell failed or the kernel died twice.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from qbrkit.run.kernel import logged_kernel_manager
    from qbrkit.run.parameters import check_parameters, papermill_path

    check_parameters(job.notebook, job.parameters)
    job.executed.parent.mkdir(parents=True, exist_ok=True)
    log = job.executed.with_suffix(".log")
    log.unlink(missing_ok=True)
    for last_try in (False, True):
        try:
            # no cwd: papermill would change the directory of the whole process, and with
            # several threads an account would run in another one's folder
            return papermill.execute_notebook(
                papermill_path(job.notebook), papermill_path(job.executed),
                dict(job.parameters), progress_bar=False,
                kernel_name="python3", start_timeout=START_SECONDS, execution_timeout=CELL_SECONDS,
                resources={"metadata": {"path": str(job.notebook.parent)}},
                kernel_manager_class=logged_kernel_manager(log))
        except papermill.PapermillExecutionError as error:
            raise NotebookError(_cause(error), error.cell_index + 1) from error
        except CellTimeoutError as error:
            raise NotebookError(f"a cell ran longer than {CELL_SECONDS} seconds") from error
        except (DeadKernelError, RuntimeError) as error:
            if last_try:
                raise NotebookError(f"the kernel died twice: {_one_line(error)}") from error
    raise AssertionError("unreachable")


@lru_cache(maxsize=4)  # by the terms and not by the file's name, which the next run uses again
def _gate(terms: bytes) -> Gate:
    import json

    return Gate(json.loads(terms))


def _cause(error: Any) -> str:
    """First line of a cell's error, and the mark that Jupyter shows beside the cell."""
    lines = _COLORS.sub("", f"{error.ename}: {error.evalue}").strip().splitlines()
    return f"{_plain(lines[0])} (In [{error.exec_count}])"


def _one_line(error: BaseException) -> str:
    return _plain(str(error) or type(error).__name__)


def _plain(text: str) -> str:
    """Without terminal colors, on one line, of a readable length."""
    return " ".join(_COLORS.sub("", text).split())[:400]


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
