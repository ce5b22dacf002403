"""What a run leaves beside the pages: accounts.csv, the manifest, the index."""

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbrkit import __version__
from qbrkit.periods import quarter_text
from qbrkit.report.language import language
from qbrkit.run import manifest
from qbrkit.run.index import render_index
from qbrkit.run.pages import FAILED, REFUSED
from qbrkit.run.paths import write_whole
from qbrkit.settings import Settings

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def write_summary(review: "QuarterReview", pages: list[dict[str, Any]], folder: Path) -> None:
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
    from qbrkit.accounts_csv import accounts_table  # with all analyses: a page again needs none

    write_whole(folder / "accounts.csv", accounts_table(review).to_csv(
        index=False, lineterminator="\n"))
    problems = [{name: record[name] for name in ("table", "column", "what", "rows", "money")}
                for record in (problem.record() for problem in review.problems)]
    settings = {name: repr(value) for name, value in vars(review.settings).items()
                if name not in {"folder", "text"}}
    update_summary(review.settings, {
        "quarter": quarter_text(review.quarter),
        "workspace_hash": review.inputs_hash, "settings_hash": manifest.text_hash(settings),
        "totals": {name: _known(value) for name, value in review.totals.items()},
        "problems": problems}, review.is_partial, pages, folder)


def update_summary(settings: Settings, told: Mapping[str, Any], is_partial: bool,
                   pages: list[dict[str, Any]], folder: Path) -> None:
    """Write manifest.json and index.html of a quarter whose figures are known.

    Parameters
    ----------
    settings : Settings
        What qbr.toml says.
    told : mapping
        What the manifest holds beside its version, its time and the pages.
    is_partial : bool
        The quarter is not complete.
    pages : list of dict
        Records of all pages of the quarter.
    folder : Path
        The folder of the quarter.
    """
    now, company = dt.datetime.now(dt.UTC), settings.company
    manifest.write_manifest(folder, {
        "version": __version__, "quarter": told["quarter"],
        "created": now.isoformat(timespec="seconds"),
        "workspace_hash": told["workspace_hash"], "settings_hash": told["settings_hash"],
        "totals": told["totals"], "pages": pages, "problems": told["problems"]})
    write_whole(folder / "index.html", render_index({
        "company": company.name,
        "quarter": told["quarter"] + (" (partial)" if is_partial else ""),
        "accent": company.accent, "created": f"{now:%d %B %Y, %H:%M} UTC",
        "totals": _tiles(told["totals"], company.currency, pages), "pages": pages,
        "problems": told["problems"], "exit": ending(pages)}))


def _tiles(totals: Mapping[str, Any], currency: str,
           pages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    words = language("en")
    return [
        ("Accounts", words.number(totals["accounts"])),
        ("Green Circle", words.number(totals["green_circle"])),
        ("Revenue of the quarter", words.money(totals["revenue_quarter"], currency)),
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
