"""The quarter of one workspace: from its review to jobs, pages, index and manifest."""

import datetime as dt
import json
import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qbrkit import __version__
from qbrkit.disclosure import disclose, write_view
from qbrkit.errors import ParameterError
from qbrkit.groups import top_parents
from qbrkit.periods import quarter_text
from qbrkit.report.language import language
from qbrkit.reviews import QuarterReview, accounts_table
from qbrkit.run import manifest
from qbrkit.run.batch import run_pages
from qbrkit.run.index import render_index
from qbrkit.run.pages import FAILED, REFUSED, PageJob, PageResult, page_record
from qbrkit.run.paths import slug, unique_slugs, write_whole
from qbrkit.run.shipped import shipped
from qbrkit.sources import Workspace

INTERNAL, BLACK_OPS, EXTERNAL, PLAN = "internal", "black_ops", "external", "transactional_plan"
KINDS = (INTERNAL, EXTERNAL, PLAN)
NOTEBOOKS = {INTERNAL: "internal_review", BLACK_OPS: "black_ops", EXTERNAL: "external_review",
             PLAN: "transactional_plan"}
EARLIER = "made from an earlier export; qbr run brings it up to date"
NUMBER_LENGTH = 5
"""Internal figures with fewer digits are too common to be searched for."""


@dataclass(frozen=True)
class Batch:
    """One run over a quarter.

    Parameters
    ----------
    workspace : Workspace
        The opened workspace.
    review : QuarterReview
        Its review.
    out : Path
        Folder that holds one folder per quarter.
    """

    workspace: Workspace
    review: QuarterReview
    out: Path

    @property
    def folder(self) -> Path:
        """The folder of the quarter."""
        return self.out.resolve() / quarter_text(self.review.quarter)

    def choose_accounts(self, wanted: Collection[str] = ()) -> list[str]:
        """Green Circle accounts, largest first, or those asked for.

        Raises
        ------
        ParameterError
            If an account asked for is not known or not Green Circle.
        """
        green = self.review.green_circle["account_id"].tolist()
        if not wanted:
            return green
        known = set(self.review.accounts["account_id"])
        if unknown := [one for one in wanted if one not in known]:
            raise ParameterError(f"--account: {', '.join(map(repr, unknown))} is not among the "
                                 "accounts; qbr accounts lists them")
        if others := [one for one in wanted if one not in green]:
            raise ParameterError(
                f"--account: {', '.join(others)} is transactional in "
                f"{quarter_text(self.review.quarter)} and gets no external review; to make it "
                "Green Circle by hand, enter it in segment_overrides")
        return list(dict.fromkeys(wanted))

    def list_jobs(self, kinds: Collection[str], accounts: Collection[str] = ()) -> list[PageJob]:
        """Jobs of some kinds of page; writes the account views that external ones read."""
        jobs = [self._company_job(kind) for kind in (INTERNAL, BLACK_OPS, PLAN) if kind in kinds]
        return jobs + (list(self._external_jobs(self.choose_accounts(accounts)))
                       if EXTERNAL in kinds else [])

    def _company_job(self, kind: str) -> PageJob:
        name = NOTEBOOKS[kind]
        notebook = shipped("notebooks") / f"{name}.ipynb"
        quarter = quarter_text(self.review.quarter)
        return PageJob(
            kind, notebook,
            {"workspace": str(self.workspace.settings.folder.resolve()), "quarter": quarter},
            executed=self.folder / "work" / "notebooks" / f"{name}.ipynb",
            page=self.folder / "internal" / f"{name}.html",
            key=manifest.page_key(notebook, quarter, self.review.inputs_hash))

    def _external_jobs(self, accounts: list[str]) -> Iterator[PageJob]:
        notebook = shipped("notebooks") / f"{NOTEBOOKS[EXTERNAL]}.ipynb"
        quarter, work = quarter_text(self.review.quarter), self.folder / "work"
        views = disclose(self.review, accounts)
        forbidden = work / "forbidden.json"
        write_whole(forbidden, json.dumps(self._forbidden_terms(), ensure_ascii=False, indent=1))
        slugs = unique_slugs(self.review.accounts["account_id"])
        rows = {row["account_id"]: row for row in self.review.accounts.to_dict("records")}
        members = self._members()
        for account_id in accounts:
            view, row = views[account_id], rows[account_id]
            file = work / "views" / f"{slugs[account_id]}.json"
            write_view(view, file)
            code = language(row["language"]).code
            name = f"{slugs[account_id]}_{slug(row['name'])}_{quarter}_{code}"
            own = (account_id, row["name"], self.review.settings.company.name,
                   *members.get(account_id, ()))
            yield PageJob(
                EXTERNAL, notebook, {"account_view": str(file)},
                executed=work / "notebooks" / f"{name}.ipynb",
                page=self.folder / "external" / f"{name}.html",
                account_id=account_id, name=row["name"],
                owner=row["owner"] if isinstance(row["owner"], str) else "",
                key=manifest.page_key(notebook, file.read_text(encoding="utf-8")),
                forbidden_file=forbidden, allowed=own,
                forbidden={"an internal figure": _internal_figures(row, view)})

    def _all_accounts(self) -> pd.DataFrame:
        """Id and name of every account, members of a group too."""
        names = ["account_id", "name"]
        known = [self.review.accounts[names]]
        if (master := self.workspace.tables.get("accounts")) is not None:
            known.append(master[names])
        return pd.concat(known, ignore_index=True).drop_duplicates()

    def _members(self) -> dict[str, list[str]]:
        """Ids and names of the members of each group, by the group's account."""
        master = self.workspace.tables.get("accounts")
        if master is None or not self.review.settings.accounts.roll_up:
            return {}
        rolled = master.assign(top=master["account_id"].map(top_parents(master)))
        return {str(top): [*group["account_id"], *group["name"].dropna()]
                for top, group in rolled.groupby("top")}

    def _forbidden_terms(self) -> dict[str, list[str]]:
        """What no customer may read: others' names, rivals, raters, paths, our words."""
        accounts, tables = self._all_accounts(), self.workspace.tables
        rivals = {name for table in ("deals", "competitor_signals") if table in tables
                  for name in tables[table]["competitor"].dropna()
                  if name.casefold() not in {"unknown", "other", "none"}}
        raters = set(tables["black_ops_scores"]["rater"].dropna()) \
            if "black_ops_scores" in tables else set()
        return {
            "another account's id": sorted(accounts["account_id"]),
            "another account's name": sorted(set(accounts["name"].dropna())),
            "a competitor": sorted(rivals),
            "a rater": sorted(raters),
            "a segment": ["Green Circle", "transactional account", "Fernbetreuung"],
            "a path of this computer": sorted({str(self.workspace.settings.folder.resolve()),
                                               str(self.folder)}),
            "a parameter": ["account_view"],
        }

    def run(self, kinds: Collection[str] = KINDS, accounts: Collection[str] = (),
            workers: int = 2, force: bool = False, only_failed: bool = False,
            told: Callable[[PageResult], None] = lambda result: None,
            begun: Callable[[int], None] = lambda count: None) -> list[dict[str, Any]]:
        """Make pages, then accounts.csv, the call list, the index and the manifest.

        Parameters
        ----------
        kinds : collection of str
            Kinds of page to make.
        accounts : collection of str
            Accounts of external pages; empty for all Green Circle ones.
        workers : int, default 2
            Pages at a time.
        force, only_failed : bool
            Make also what is unchanged; make only what failed the last time.
        told, begun : callable
            Told each result, and how many pages there will be, for a progress bar.

        Returns
        -------
        list of dict
            Records of the pages of this run.
        """
        before = manifest.read_manifest(self.folder)
        same_inputs = before.get("workspace_hash") == self.review.inputs_hash
        jobs = self.list_jobs(kinds, accounts)
        if only_failed:
            failed = {(record["kind"], record["account_id"] or "") for record in before["pages"]
                      if record["status"] in {FAILED, REFUSED}}
            jobs = [job for job in jobs if (job.kind, job.account_id) in failed]
        begun(len(jobs))
        results = run_pages(jobs, self.folder, before["pages"], workers, force, told)
        made = [page_record(result, self.folder) for result in results]
        is_whole = set(kinds) >= set(KINDS) and not accounts and not only_failed
        done = {(record["kind"], record["account_id"]) for record in made}
        replaced: list[dict[str, Any]] = []
        kept: list[dict[str, Any]] = []
        for record in before["pages"]:
            is_replaced = ((record["kind"], record["account_id"]) in done
                           or (is_whole and record["kind"] in kinds))
            (replaced if is_replaced else kept).append(record)
        manifest.remove_stale(replaced, made, self.folder)
        if not same_inputs:  # kept in the manifest, or no later run would know whose file it is
            kept = [record | {"cause": record["cause"] or EARLIER} for record in kept]
        self._write_summary(manifest.merge_pages(kept, made, self.folder))
        return made

    def _write_summary(self, pages: list[dict[str, Any]]) -> None:
        review, now = self.review, dt.datetime.now(dt.UTC)
        write_whole(self.folder / "accounts.csv", accounts_table(review).to_csv(
            index=False, lineterminator="\n"))
        write_whole(self.folder / "internal" / "calls.csv", review.calls.to_csv(
            index=False, lineterminator="\n", date_format="%Y-%m-%d"))
        problems = [{name: record[name] for name in ("table", "column", "what", "rows", "money")}
                    for record in (problem.record() for problem in review.problems)]
        settings = {name: repr(value) for name, value in vars(review.settings).items()
                    if name != "folder"}
        manifest.write_manifest(self.folder, {
            "version": __version__, "quarter": quarter_text(review.quarter),
            "created": now.isoformat(timespec="seconds"),
            "workspace_hash": review.inputs_hash, "settings_hash": manifest.text_hash(settings),
            "totals": {name: _known(value) for name, value in review.totals.items()},
            "pages": pages, "problems": problems})
        write_whole(self.folder / "index.html", render_index({
            "company": review.settings.company.name, "quarter": quarter_text(review.quarter),
            "accent": review.settings.company.accent, "created": f"{now:%d %B %Y, %H:%M} UTC",
            "totals": self._tiles(pages), "pages": pages, "problems": problems,
            "exit": ending(pages)}))

    def _tiles(self, pages: list[dict[str, Any]]) -> list[tuple[str, str]]:
        words, company = language("en"), self.review.settings.company
        return [
            ("Accounts", words.number(self.review.totals["accounts"])),
            ("Green Circle", words.number(self.review.totals["green_circle"])),
            ("Revenue of the quarter", words.money(self.review.totals["revenue_quarter"],
                                                   company.currency)),
            ("Pages to mend", words.number(sum(record["status"] in {FAILED, REFUSED}
                                               for record in pages))),
        ]


def ending(pages: list[dict[str, Any]]) -> str:
    """How a run ended, in one sentence."""
    bad = sum(record["status"] in {FAILED, REFUSED} for record in pages)
    external = [record for record in pages if record["kind"] == EXTERNAL]
    waiting = sum(bool(record["missing"]) for record in external)
    if not pages:
        return "Nothing was to be made."
    if bad:
        return (f"{bad} of {len(pages)} pages could not be released; the cause stands beside "
                "each, and qbr run --only-failed tries them again.")
    if waiting:
        return (f"All {len(pages)} pages are made; {waiting} of {len(external)} external reviews "
                "are drafts and say what is missing.")
    return f"All {len(pages)} pages are made and ready." if len(pages) != 1 \
        else "The page is made and ready."


def _known(value: float) -> float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value


def _internal_figures(row: Any, view: dict[str, Any]) -> tuple[str, ...]:
    """Margins and potential of the account as a page would print them.

    A figure that the customer's own view holds as well is none.
    """
    disclosed = {round(value) for value in _numbers(view)}
    names = ("gross_margin_ltm_low", "gross_margin_ltm_high", "gross_margin_quarter_low",
             "gross_margin_quarter_high", "potential", "realizable_potential", "annual_wallet")
    amounts = {round(float(row[name])) for name in names if np.isfinite(row[name])}
    return tuple(sorted(
        language(code).number(abs(amount)) for amount in amounts - disclosed
        for code in {"en", view["account"]["language"]} if len(str(abs(amount))) >= NUMBER_LENGTH))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, (int, float)):
        yield value
