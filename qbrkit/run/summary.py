"""What a run leaves beside the pages: accounts.csv, the manifest, the index."""

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbrkit import __version__
from qbrkit.periods import quarter_text
from qbrkit.report import index_words
from qbrkit.report.language import Language, language
from qbrkit.run import manifest
from qbrkit.run.index import render_index
from qbrkit.run.pages import FAILED, REFUSED
from qbrkit.run.paths import write_whole
from qbrkit.settings import Settings

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def write_summary(review: "QuarterReview", pages: list[dict[str, Any]], folder: Path,
                  left: int = 0) -> None:
    """Write accounts.csv, manifest.json and index.html of a quarter.

    Parameters
    ----------
    review : QuarterReview
        The review of the quarter.
    pages : list of dict
        Records of all its pages.
    folder : Path
        The folder of the quarter.
    left : int, default 0
        How many pages a run that was interrupted came not to.
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
        "problems": problems}, review.is_partial, pages, folder, left)


def update_summary(settings: Settings, told: Mapping[str, Any], is_partial: bool,
                   pages: list[dict[str, Any]], folder: Path, left: int = 0) -> None:
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
    left : int, default 0
        As in `write_summary`.
    """
    now, company = dt.datetime.now(dt.UTC), settings.company
    words = language(company.language)
    manifest.write_manifest(folder, {
        "version": __version__, "quarter": told["quarter"],
        "created": now.isoformat(timespec="seconds"),
        "workspace_hash": told["workspace_hash"], "settings_hash": told["settings_hash"],
        "totals": told["totals"], "pages": pages, "problems": told["problems"]})
    write_whole(folder / "index.html", render_index({
        "company": company.name, "language": words.code,
        "quarter": told["quarter"], "is_partial": is_partial,
        "accent": company.accent, "created": now,
        "totals": _tiles(told["totals"], company.currency, pages, words), "pages": pages,
        "problems": told["problems"], "exit": ending(pages, words, left)}))


def _tiles(totals: Mapping[str, Any], currency: str, pages: list[dict[str, Any]],
           words: Language) -> list[tuple[str, str]]:
    figures = {
        "accounts": words.number(totals["accounts"]),
        "green_circle": words.number(totals["green_circle"]),
        "revenue_quarter": words.money(totals["revenue_quarter"], currency),
        "to_mend": words.number(_count_bad(pages))}
    return [(label, figures[name]) for name, label in index_words.total_words(words).items()]


def _count_bad(pages: list[dict[str, Any]]) -> int:
    return sum(record["status"] in {FAILED, REFUSED} for record in pages)


def ending(pages: list[dict[str, Any]], words: Language | None = None, left: int = 0) -> str:
    """How a run ended, in one sentence; in English where no language is given."""
    external = [record for record in pages if record["kind"] == "external"]
    drafts = sum(bool(record["missing"]) for record in external)
    return index_words.ending(len(pages), _count_bad(pages), len(external), drafts,
                              words or language("en"), left)


def _known(value: float) -> float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
