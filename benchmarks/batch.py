"""External pages of the sample: the kit, what users do today, and the least that could be done.

    python benchmarks/batch.py [ACCOUNTS] [ROUNDS]

Every way makes the same pages from the same disclosed views, in turn, in rounds. "Limit" is the
notebook's code run as plain calls in one warm process and written through the same template.
"""

import contextlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import nbformat
import papermill
from nbconvert import HTMLExporter
from nbformat.v4 import new_output

from qbrkit.report.language import language
from qbrkit.reviews import review_quarter
from qbrkit.run.batch import run_pages
from qbrkit.run.export import read_frame, render_page
from qbrkit.run.pages import FAILED, PageJob
from qbrkit.run.quarter import EXTERNAL, Batch
from qbrkit.run.warm.apart import warm_up
from qbrkit.sources import open_workspace

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
BIN = Path(sys.executable).parent
SHELL, PAPERMILL, ONE, TWO, LIMIT = ("shell loop", "papermill loop", "qbrkit, 1 at a time",
                                     "qbrkit, 2 at a time", "limit")


def jobs_of(folder: Path, accounts_n: int) -> list[PageJob]:
    """Jobs of the largest accounts, their views written."""
    workspace = open_workspace(SAMPLE)
    batch = Batch(workspace, review_quarter(workspace), folder)
    return batch.list_jobs([EXTERNAL], batch.choose_accounts()[:accounts_n])


def by_shell(jobs: list[PageJob], folder: Path) -> None:
    """The two commands that a user would write in a loop."""
    for at, job in enumerate(jobs):
        executed = folder / f"shell_{at}.ipynb"
        for command in ([BIN / "papermill", job.notebook, executed, "-k", "python3",
                         "--no-progress-bar", "-p", "account_view", job.parameters["account_view"]],
                        [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed]):
            subprocess.run([str(part) for part in command], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def by_papermill(jobs: list[PageJob], folder: Path) -> None:
    """One Python process, papermill's own engine, one exporter."""
    exporter = HTMLExporter(exclude_input=True)
    for at, job in enumerate(jobs):
        with contextlib.redirect_stderr(io.StringIO()):
            notebook = papermill.execute_notebook(
                str(job.notebook), str(folder / f"papermill_{at}.ipynb"), dict(job.parameters),
                progress_bar=False, kernel_name="python3")
        page, _ = exporter.from_notebook_node(notebook)
        (folder / f"papermill_{at}.html").write_text(page, encoding="utf-8")


def by_kit(jobs: list[PageJob], folder: Path, workers: int) -> None:
    """What ``qbr external`` does, the search for leaks included."""
    made = run_pages(jobs, folder, workers=workers)
    if any(result.status == FAILED for result in made):
        raise SystemExit(next(result.cause for result in made if result.cause))


def by_limit(jobs: list[PageJob], folder: Path) -> None:
    """The notebook's code as plain calls, through the kit's template; no search for leaks."""
    for at, job in enumerate(jobs):
        notebook = nbformat.read(job.notebook, as_version=4)
        names: dict = {}
        for count, cell in enumerate(notebook.cells, 1):
            if cell.cell_type != "code":
                continue
            cell.execution_count = count
            if "parameters" in cell.metadata.tags:
                names |= job.parameters
            elif "setup" in cell.metadata.tags:
                exec(cell.source, names)
            else:
                shown = eval(cell.source, names)
                data = (shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_")
                        else {"text/html": shown._repr_html_()})
                cell.outputs = [new_output("execute_result", data)]
        page = render_page(notebook, language(read_frame(notebook)["language"]).say)
        (folder / f"limit_{at}.html").write_text(page, encoding="utf-8")


def main() -> None:
    """Print one table."""
    accounts_n, rounds = (int(one) for one in [*sys.argv[1:], "8", "5"][:2])
    warm_up()
    measured: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs = jobs_of(folder, accounts_n)
        forced = [replace(job, key="") for job in jobs]
        ways = {SHELL: lambda: by_shell(jobs[:2], folder),
                PAPERMILL: lambda: by_papermill(jobs[:4], folder),
                ONE: lambda: by_kit(forced, jobs[0].page.parents[1], 1),
                TWO: lambda: by_kit(forced, jobs[0].page.parents[1], 2),
                LIMIT: lambda: by_limit(jobs, folder)}
        pages_n = {SHELL: 2, PAPERMILL: 4}
        by_limit(jobs, folder)  # imports and caches
        by_kit(forced, jobs[0].page.parents[1], 2)
        for _ in range(rounds):
            for way, make in ways.items():
                started = time.perf_counter()
                make()
                measured.setdefault(way, []).append(
                    (time.perf_counter() - started) / pages_n.get(way, len(jobs)))
    print(f"papermill {version('papermill')}, nbconvert {version('nbconvert')}, "
          f"{len(jobs)} accounts, median of {rounds} rounds")
    limit, shell = (statistics.median(measured[way]) for way in (LIMIT, SHELL))
    for way, seconds in measured.items():
        median = statistics.median(seconds)
        print(f"{way:<22} {median:6.2f} s per page  {median / limit:6.2f} × limit  "
              f"{shell / median:6.1f} × faster than the shell loop")


if __name__ == "__main__":
    main()
