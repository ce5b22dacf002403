"""What a run leaves beside the pages: accounts.csv, the manifest, the index."""

import datetime as dt
import math
from pathlib import Path
from typing import Any

from qbrkit import __version__
from qbrkit.accounts_csv import accounts_table
from qbrkit.periods import quarter_text
from qbrkit.report.language import language
from qbrkit.reviews import QuarterReview
from qbrkit.run import manifest
from qbrkit.run.index import render_index
from qbrkit.run.pages import FAILED, REFUSED
from qbrkit.run.paths import write_whole


def write_summary(review: QuarterReview, pages: list[dict[str, Any]], folder: Path) -> None:
    """Write accounts.csv, manifest.json and index.html of a quarter.

    Parameters
    ----------
    review : QuarterReview
        The review of the quarter.
    pages : list of dict
        Records of all its pages.
    folder : Path
        The folder of the quarter.
    """
    now = dt.datetime.now(dt.UTC)
    write_whole(folder / "accounts.csv", accounts_table(review).to_csv(
        index=False, lineterminator="\n"))
    problems = [{name: record[name] for name in ("table", "column", "what", "rows", "money")}
                for record in (problem.record() for problem in review.problems)]
    settings = {name: repr(value) for name, value in vars(review.settings).items()
                if name not in {"folder", "text"}}
    manifest.write_manifest(folder, {
        "version": __version__, "quarter": quarter_text(review.quarter),
        "created": now.isoformat(timespec="seconds"),
        "workspace_hash": review.inputs_hash, "settings_hash": manifest.text_hash(settings),
        "totals": {name: _known(value) for name, value in review.totals.items()},
        "pages": pages, "problems": problems})
    write_whole(folder / "index.html", render_index({
        "company": review.settings.company.name,
        "quarter": quarter_text(review.quarter) + (" (partial)" if review.is_partial else ""),
        "accent": review.settings.company.accent, "created": f"{now:%d %B %Y, %H:%M} UTC",
        "totals": _tiles(review, pages), "pages": pages, "problems": problems,
        "exit": ending(pages)}))


def _tiles(review: QuarterReview, pages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    words, company = language("en"), review.settings.company
    return [
        ("Accounts", words.number(review.totals["accounts"])),
        ("Green Circle", words.number(review.totals["green_circle"])),
        ("Revenue of the quarter", words.money(review.totals["revenue_quarter"],
                                               company.currency)),
        ("Pages to mend", words.number(sum(record["status"] in {FAILED, REFUSED}
                                           for record in pages))),
    ]


def ending(pages: list[dict[str, Any]]) -> str:
    """How a run ended, in one sentence."""
    bad = sum(record["status"] in {FAILED, REFUSED} for record in pages)
    external = [record for record in pages if record["kind"] == "external"]
    waiting = sum(bool(record["missing"]) for record in external)
    if not pages:
        return "Nothing was to be made."
    if bad:
        return (f"{bad} of {len(pages)} pages could not be released; the cause stands beside "
                "each, and qbr run --only-failed tries them again.")
    if waiting:
        drafts = (f"{waiting} of {len(external)} external reviews are drafts and say"
                  if len(external) > 1 else "the external review is a draft and says")
        return f"{_made(len(pages))} made; {drafts} what is missing."
    return f"{_made(len(pages))} made and ready."


def _made(count: int) -> str:
    return f"All {count} pages are" if count > 1 else "The page is"


def _known(value: float) -> float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
