"""The command ``qbr``: verbs over one workspace, messages that can be acted on.

Only what ``--help`` needs is imported at the top; the rest is imported by the verb.
"""
# ruff: noqa: D301  (click takes backslash-b in a docstring for "keep the lines that follow")

import functools
import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qbrkit import __version__
from qbrkit.errors import QbrError, ReconciliationError
from qbrkit.run.options import Results, address_given, folder_of, with_scheduler
from qbrkit.run.score_sheets_cli import add_score_sheets

if TYPE_CHECKING:
    from qbrkit.run.again import Again
    from qbrkit.run.quarter import Batch

GOOD, SOME_FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run the command line; the exit code says how it ended."""
    # jsonschema builds some forty parsers at import when this package is there; nothing here
    # checks IRIs, and without it the command starts in a third of the time
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    for stream in (sys.stdout, sys.stderr):  # a name must not stop a run where it cannot be shown
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        qbr.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_INPUT)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; finished pages are whole, the rest was not begun.", err=True)
        sys.stderr.flush()
        os._exit(INTERRUPTED)  # kernels end with this process; waiting for them helps nobody
    except BrokenPipeError:  # "qbr check | head": nothing more is to be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(GOOD)


def common(verb: Callable) -> Callable:
    """Options that every verb has, and errors as sentences."""

    @click.option("--workspace", type=click.Path(file_okay=False, path_type=Path),
                  help="Folder with qbr.toml.  [default: data/sample in a clone, else here]")
    @click.option("--quarter", default="", metavar="2026Q3",
                  help="Fiscal quarter.  [default: the last complete one]")
    @click.option("--out", type=Results(), metavar="DIRECTORY",
                  help="Folder for the results, or an address.  [default: WORKSPACE/out]")
    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    @functools.wraps(verb)
    def told(*args: Any, workspace: Path | None, out: Path | str | None, debug: bool,
             **options: Any) -> None:
        workspace = workspace or default_workspace()
        try:
            verb(*args, workspace=workspace, out=folder_of(out, workspace), **options)
        except QbrError as error:
            if debug:
                traceback.print_exc()
            click.echo(f"Error: {error}", err=True)
            sys.exit(SOME_FAILED if isinstance(error, ReconciliationError) else WRONG_INPUT)
        except BrokenPipeError:
            raise
        except OSError as error:  # a folder that cannot be written to, a full disk
            if debug:
                traceback.print_exc()
            click.echo(f"Error: {error}", err=True)
            sys.exit(WRONG_INPUT)
        except Exception as error:
            if not (sentence := _of_the_database(error)):
                raise
            if debug:
                traceback.print_exc()
            click.echo(f"Error: {sentence}", err=True)
            sys.exit(WRONG_INPUT)
    return told


def _of_the_database(error: Exception) -> str:
    """What to do about memory or a disk that the embedded database has not enough of."""
    if isinstance(error, RuntimeError) and "Query interrupted" in str(error):  # ctrl-C
        raise KeyboardInterrupt from error
    if "duckdb" not in type(error).__module__ or "Out of Memory" not in str(error):
        return ""
    return ("the exports do not fit into memory and the space for temporary files; set or raise "
            "memory_limit_gb under [embedded] in qbr.toml, and leave some gigabytes free where "
            f"temporary files lie ({str(error).splitlines()[0]})")


def default_workspace() -> Path:
    """The current folder when it is a workspace, else the sample company of a clone."""
    here = Path.cwd()
    if (here / "qbr.toml").is_file():
        return here
    clone = Path(__file__).resolve().parents[2]
    is_in_clone = here.is_relative_to(clone) and (clone / "pyproject.toml").is_file()
    return clone / "data" / "sample" if is_in_clone else here


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qbr")
def qbr() -> None:
    """Quarterly business reviews from ERP and CRM exports.

    \b
    Example:
      qbr check --workspace data/sample
      qbr run --workspace data/sample --quarter 2026Q4
    """


@qbr.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@common
def init(folder: Path | None, workspace: Path, quarter: str, out: Path | None) -> None:
    """Look at the export files in FOLDER and propose its qbr.toml; nothing else is written.

    \b
    Example:
      qbr init my_exports
    """
    from qbrkit.proposal import propose
    from qbrkit.run.proposed import proposed_text, write_proposal

    proposal = propose(folder or workspace)
    write_proposal(folder or workspace, proposal)
    click.echo(proposed_text(folder or workspace, proposal))


@qbr.command()
@common
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(workspace: Path, quarter: str, out: Path | None, as_json: bool) -> None:
    """Read and check everything; write nothing.

    \b
    Example:
      qbr check --workspace data/sample
    """
    from qbrkit.periods import parse_quarter
    from qbrkit.problems import STOPS
    from qbrkit.run.checked import checked_json, checked_text, quarter_fault
    from qbrkit.sources import inspect_workspace

    found = inspect_workspace(workspace)
    if quarter:
        parse_quarter(quarter, found.settings.company.fiscal_year_start)
    click.echo(checked_json(found) if as_json else checked_text(found, quarter))
    if any(problem.severity == STOPS for problem in found.problems) or (
            quarter and quarter_fault(found, quarter)):
        sys.exit(WRONG_INPUT)


@qbr.command()
@common
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the table to this file instead.")
def accounts(workspace: Path, quarter: str, out: Path | None, csv_file: Path | None) -> None:
    """Green Circle or transactional: every account, and why.

    \b
    Example:
      qbr accounts --workspace data/sample --csv accounts.csv
    """
    from qbrkit.accounts_csv import accounts_table
    from qbrkit.reviews import review_quarter
    from qbrkit.run.paths import work_folder, write_whole
    from qbrkit.sources import open_workspace

    opened = open_workspace(workspace, work_folder(out or workspace / "out"))
    review = review_quarter(opened, quarter)
    table = accounts_table(review)
    if csv_file:
        write_whole(csv_file, table.to_csv(index=False, lineterminator="\n"))
        click.echo(f"{len(table)} accounts in {csv_file}")
        return
    shown = table[["account_id", "name", "segment", "reasons", "revenue_ltm", "revenue_quarter",
                   "revenue_change", "growth_rank", "contacts_n", "overdue_days"]].sort_values(
        ["segment", "revenue_ltm"], ascending=[True, False])
    click.echo(shown.to_string(index=False, na_rep="–", float_format=lambda value: f"{value:,.0f}"))


@qbr.command()
@common
@click.argument("account")
@click.argument("figure")
@click.option("--rows", "rows_n", type=click.IntRange(0), default=20, show_default=True,
              help="Rows on the screen, largest first.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path),
              help="Write all rows to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def explain(workspace: Path, quarter: str, out: Path | None, account: str, figure: str,
            rows_n: int, csv_file: Path | None, as_json: bool) -> None:
    """The lines behind a figure, and their sum.

    ACCOUNT is an id, an exact name, or "company"; FIGURE a column of accounts.csv, a value
    or a return, or a total of manifest.json.

    \b
    Example:
      qbr explain --workspace data/sample A-001 revenue_ltm --csv lines.csv
    """
    from qbrkit.explain import explain as explain_figure
    from qbrkit.reviews import review_quarter
    from qbrkit.run.explained import explained_json, explained_text, write_rows
    from qbrkit.run.paths import work_folder
    from qbrkit.sources import open_workspace

    opened = open_workspace(workspace, work_folder(out or workspace / "out"))
    found = explain_figure(opened, review_quarter(opened, quarter), account, figure)
    if csv_file:
        write_rows(found, csv_file)
    click.echo(explained_json(found, rows_n) if as_json else
               explained_text(found, 0 if csv_file else rows_n, csv_file))
    found.require_reconciled()


def pages(kind: str, name: str, summary: str,
          narrowed: Callable = lambda verb: verb) -> None:
    """Add the verb that makes one kind of page of the whole company, or narrowed by an option."""

    @qbr.command(name, help=f"{summary}\n\n\b\nExample:\n  qbr {name} --workspace data/sample",
                 short_help=summary)
    @common
    @click.option("--force", is_flag=True, help="Make the page even when nothing changed.")
    @narrowed
    def verb(workspace: Path, quarter: str, out: Path | None, force: bool, **part: Any) -> None:
        _finish(_open(workspace, quarter, out), kinds=[kind], force=force, **part)


pages("internal", "internal", "The internal review, for the team.")
pages("black_ops", "black-ops", "Black ops: where a competitor would begin, and our answer.",
      click.option("--territory", default="", metavar="NAME",
                   help="Only this sales territory.  [default: all]"))
pages("transactional_plan", "plan", "The yearly plan of the transactional accounts.")
add_score_sheets(qbr, common)


def with_pdf(verb: Callable) -> Callable:
    """The option of verbs that make external pages."""
    return click.option("--pdf", is_flag=True, help=(
        "Print each external page as PDF beside it, by an installed Chromium, Chrome or Edge "
        "(QBRKIT_BROWSER names another)."))(verb)


@qbr.command()
@common
@click.option("--account", "chosen", multiple=True, metavar="ID",
              help="Only this account, by id or exact name; may be given several times.")
@click.option("--workers", type=click.IntRange(1), help="Pages at a time.  [default: cores]")
@click.option("--force", is_flag=True, help="Make pages even when nothing changed.")
@with_pdf
@with_scheduler
def external(workspace: Path, quarter: str, out: Path | None, chosen: tuple[str, ...],
             **options: Any) -> None:
    """External reviews, one per Green Circle account.

    \b
    Example:
      qbr external --workspace data/sample --account A-001 --pdf
    """
    from qbrkit.run.again import find_again

    again = find_again(workspace, quarter, out or workspace / "out", chosen)
    if again:
        _finish(again, accounts=chosen, **options)
    else:
        _finish(_open(workspace, quarter, out), kinds=["external"], accounts=chosen, **options)


@qbr.command()
@common
@click.option("--workers", type=click.IntRange(1), help="Pages at a time.  [default: cores]")
@click.option("--force", is_flag=True, help="Make pages even when nothing changed.")
@click.option("--only-failed", is_flag=True, help="Only pages that failed the last time.")
@with_pdf
@with_scheduler
def run(workspace: Path, quarter: str, out: Path | None, **options: Any) -> None:
    """The whole quarter: check, internal review, external reviews, plan, index.

    \b
    Example:
      qbr run --workspace data/sample --quarter 2026Q4
    """
    _finish(_open(workspace, quarter, out), **options)


def _open(workspace: Path, quarter: str, out: Path | None) -> "Batch":
    from qbrkit.run.warm.apart import warm_up

    warm_up()  # it imports while the exports are read
    from qbrkit.reviews import review_quarter
    from qbrkit.run.paths import work_folder
    from qbrkit.run.quarter import Batch
    from qbrkit.sources import open_workspace

    out = out or workspace / "out"
    opened = open_workspace(workspace, work_folder(out))
    return Batch(opened, review_quarter(opened, quarter), out)


def _finish(batch: "Batch | Again", workers: int | None = None, **options: Any) -> None:
    """Run a batch under a progress bar, say how it ended, and exit so."""
    from qbrkit.run.elsewhere import kept_at
    from qbrkit.run.pages import FAILED, REFUSED
    from qbrkit.run.progress import Progress
    from qbrkit.run.summary import ending

    progress = Progress()
    with kept_at(address_given(), batch.folder) as index, progress:
        made = batch.run(told=progress.told, begun=progress.begun, working=progress.working,
                         workers=workers or os.cpu_count() or 1, **options)
    unprinted = {record["pdf_cause"] for record in made if record.get("pdf_cause")}
    for cause in sorted(unprinted):
        click.echo(f"failed: {cause}", err=True)
    click.echo(ending(made))
    click.echo(index)
    if unprinted or any(record["status"] in {FAILED, REFUSED} for record in made):
        sys.exit(SOME_FAILED)
