"""The quarter of one workspace: from its review to jobs, and from jobs to pages."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qbrkit.disclosure import disclose, write_view
from qbrkit.errors import ParameterError
from qbrkit.explain.names import find_account, groups_of
from qbrkit.languages import untranslated
from qbrkit.periods import choose_period, quarter_text
from qbrkit.report.language import language
from qbrkit.reviews import QuarterReview, of_territory
from qbrkit.reviews.territory import territories
from qbrkit.run import manifest
from qbrkit.run.again import EARLIER, keep_jobs
from qbrkit.run.alone import alone_in
from qbrkit.run.batch import noting, run_pages
from qbrkit.run.browser import require_browser
from qbrkit.run.calls import write_calls
from qbrkit.run.forbidden import (
    forbidden_terms,
    group_members,
    internal_figures,
    own_contacts,
    own_names,
)
from qbrkit.run.gaps import find_gaps
from qbrkit.run.pages import FAILED, REFUSED, PageJob, PageResult, page_record
from qbrkit.run.paths import (
    named_slug,
    remove_unfinished,
    unique_slugs,
    work_folder,
    write_whole,
)
from qbrkit.run.pdf import add_pdfs
from qbrkit.run.shipped import shipped
from qbrkit.run.summary import write_summary
from qbrkit.sources import Workspace, find_inputs, keep_workspace

INTERNAL, BLACK_OPS, EXTERNAL, PLAN = "internal", "black_ops", "external", "transactional_plan"
KINDS = (INTERNAL, EXTERNAL, PLAN)
NOTEBOOKS = {INTERNAL: "internal_review", BLACK_OPS: "black_ops", EXTERNAL: "external_review",
             PLAN: "transactional_plan"}


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
        """Green Circle accounts, largest first, or those asked for by id or exact name.

        Raises
        ------
        SettingError
            If an account asked for is not known; the message tells the nearest.
        ParameterError
            If it is not Green Circle, or rolls up to another one.
        """
        green = self.review.green_circle["account_id"].tolist()
        if not wanted:
            return green
        chosen = list(dict.fromkeys(find_account(
            self.workspace, self.review, one, "ids are exact, qbr accounts lists them",
            "--account") for one in wanted))
        known = set(self.review.accounts["account_id"])
        if members := [one for one in chosen if one not in known]:
            tops = groups_of(self.workspace).parents
            raise ParameterError("--account: " + "; ".join(
                f"{one} rolls up to {tops[one]}, whose page speaks for it" for one in members))
        if others := [one for one in chosen if one not in green]:
            is_, gets, it = (("is", "gets", "it") if len(others) == 1 else
                             ("are", "get", "them"))
            raise ParameterError(
                f"--account: {', '.join(others)} {is_} transactional in "
                f"{quarter_text(self.review.quarter)} and {gets} no external review; to make "
                f"{it} Green Circle by hand, enter {it} in segment_overrides")
        return chosen

    def list_jobs(self, kinds: Collection[str], accounts: Collection[str] = (),
                  territory: str = "") -> list[PageJob]:
        """Jobs of some kinds of page; writes the account views that external ones read.

        Black ops may be of one sales territory; one that nobody knows is a `ParameterError`.
        """
        chosen = self.choose_accounts(accounts) if EXTERNAL in kinds else []
        companies = [kind for kind in (INTERNAL, BLACK_OPS, PLAN) if kind in kinds]
        data = (keep_workspace(self.workspace, work_folder(self.out)).state if companies
                else None)
        name = of_territory(self.review, territory).territory
        return [*(self._company_job(kind, str(data), name if kind == BLACK_OPS else "")
                  for kind in companies),
                *(self._external_jobs(chosen) if EXTERNAL in kinds else ())]

    def _company_job(self, kind: str, data: str, territory: str) -> PageJob:
        name = NOTEBOOKS[kind]
        notebook = shipped("notebooks") / f"{name}.ipynb"
        quarter = quarter_text(self.review.quarter)
        own = f"{name}_{unique_slugs(territories(self.review))[territory]}" if territory else name
        return PageJob(
            kind, notebook,
            {"workspace": data, "quarter": quarter}
            | ({"territory": territory} if territory else {}),
            executed=self.folder / "work" / "notebooks" / f"{own}.ipynb",
            page=self.folder / "internal" / f"{own}.html", name=territory,
            key=manifest.page_key(notebook, quarter, self.review.inputs_hash, territory))

    def _external_jobs(self, accounts: list[str]) -> Iterator[PageJob]:
        notebook = shipped("notebooks") / f"{NOTEBOOKS[EXTERNAL]}.ipynb"
        quarter, work = quarter_text(self.review.quarter), self.folder / "work"
        views = disclose(self.review, accounts)
        forbidden = work / "forbidden.json"
        write_whole(forbidden, json.dumps(forbidden_terms(
            self.workspace, self.review, self.workspace.settings.folder.resolve(), self.folder),
            ensure_ascii=False, indent=1))
        slugs = unique_slugs(self.review.accounts["account_id"])
        rows = {row["account_id"]: row for row in self.review.accounts.to_dict("records")}
        lacking = untranslated(self.workspace.tables, self.review.settings.words,
                               self.review.settings.company.language)
        members, contacts = group_members(self.workspace), own_contacts(self.workspace)
        for account_id in accounts:
            view, row = views[account_id], rows[account_id]
            file = work / "views" / f"{slugs[account_id]}.json"
            write_view(view, file)
            code = language(row["language"]).code
            name = f"{named_slug(slugs[account_id], account_id, row['name'])}_{quarter}_{code}"
            group = [account_id, *members.get(account_id, ())]
            own = (*own_names((row["name"], *group, self.review.settings.company.name)),
                   *self.review.settings.disclosure.allowed_words,
                   *(one for member in group for one in contacts.get(member, ())))
            yield PageJob(
                EXTERNAL, notebook, {"account_view": str(file)},
                executed=work / "notebooks" / f"{name}.ipynb",
                page=self.folder / "external" / f"{name}.html",
                account_id=account_id, name=row["name"],
                owner=row["owner"] if isinstance(row["owner"], str) else "",
                key=manifest.page_key(notebook, file.read_text(encoding="utf-8")),
                forbidden_file=forbidden, allowed=own,
                gaps=find_gaps(view, lacking.get(code, ())),
                forbidden=internal_figures(row, view))

    def run(self, kinds: Collection[str] = KINDS, accounts: Collection[str] = (),
            workers: int = 2, force: bool = False, only_failed: bool = False, pdf: bool = False,
            territory: str = "", scheduler: str = "",
            told: Callable[[PageResult], None] = lambda result: None,
            begun: Callable[[int], None] = lambda count: None,
            working: Callable[[PageJob], None] = lambda job: None) -> list[dict[str, Any]]:
        """Make pages, then accounts.csv, the index and the manifest; with the plan, its calls.

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
        pdf : bool
            Print external pages, as PDF beside each.
        territory : str, default ""
            The one sales territory of a page of black ops; empty for all.
        scheduler : str, default ""
            Address of a Dask scheduler whose workers make the external pages.
        told, begun, working : callable
            Told each result, how many pages there will be, and each page that is begun (by
            another thread), for a progress bar.

        Returns
        -------
        list of dict
            Records of the pages of this run.

        Raises
        ------
        SettingError
            If another run works in the folder of the quarter.
        KeyboardInterrupt
            If it was interrupted; manifest and index tell what was made until then.
        """
        if pdf:
            require_browser()  # told before the pages are made, not after
        self._require_known(kinds, accounts, territory)
        with alone_in(self.folder):
            remove_unfinished(self.folder)
            before = manifest.recover(self.folder)
            jobs = self.list_jobs(kinds, accounts, territory)
            if only_failed:
                jobs = self._failed_before(jobs, before["pages"])
            begun(len(jobs))
            try:
                results = run_pages(jobs, self.folder, before["pages"], workers, force,
                                    noting(told, self.folder), scheduler,
                                    working)
                made = add_pdfs((page_record(result, self.folder) for result in results),
                                before["pages"], self.folder, self.review.data_until, pdf,
                                workers)
            except KeyboardInterrupt:
                self._stop(jobs, before)
                raise
            remove_unfinished(self.folder)  # of pages whose process died
            kept = self._kept(made, before, () if accounts or only_failed else kinds)
            if PLAN in kinds:
                write_calls(self.review, self.folder / "internal")
            self._keep([job for job in jobs if job.kind == EXTERNAL])
            write_summary(self.review, manifest.merge_pages(kept, made, self.folder), self.folder)
            return made

    def _require_known(self, kinds: Collection[str], accounts: Collection[str],
                       territory: str) -> None:
        """Refuse accounts and a territory that cannot be used before anything is written."""
        if EXTERNAL in kinds:
            self.choose_accounts(accounts)
        of_territory(self.review, territory)

    def _failed_before(self, jobs: list[PageJob],
                       before: list[dict[str, Any]]) -> list[PageJob]:
        if not before:
            raise ParameterError("--only-failed: there is no earlier run of "
                                 f"{quarter_text(self.review.quarter)}; leave it out")
        failed = {manifest.identity(record) for record in before
                  if record["status"] in {FAILED, REFUSED}}
        return [job for job in jobs if job.identity in failed]

    def _kept(self, made: list[dict[str, Any]], before: dict[str, Any],
              whole: Collection[str]) -> list[dict[str, Any]]:
        """Records of before that stay; pages that were replaced, or are made no more, go.

        Of the kinds in `whole` all pages were made.
        """
        done = {manifest.identity(record) for record in made}
        replaced: list[dict[str, Any]] = []
        kept: list[dict[str, Any]] = []
        for record in before["pages"]:
            is_replaced = manifest.identity(record) in done or (
                record["kind"] in whole and record["kind"] != BLACK_OPS)
            (replaced if is_replaced else kept).append(record)
        manifest.remove_stale(replaced, made, self.folder)
        if before.get("workspace_hash") == self.review.inputs_hash:
            return kept
        # kept in the manifest, or no later run would know whose file it is
        return [record | {"cause": record["cause"] or EARLIER} for record in kept]

    def _stop(self, jobs: list[PageJob], before: dict[str, Any]) -> None:
        """Tell what is there when a run is interrupted: what it made, and what it came not to."""
        remove_unfinished(self.folder)
        known = manifest.recover(self.folder)["pages"]
        pages = add_pdfs(known, before["pages"], self.folder, self.review.data_until, wanted=False)
        is_same = before.get("workspace_hash") == self.review.inputs_hash
        keys = {job.identity: job.key for job in jobs}

        def is_current(record: dict[str, Any]) -> bool:
            return bool(record["key"] == keys.get(manifest.identity(record),
                                                  record["key"] if is_same else ""))

        made = {manifest.identity(record) for record in pages
                if record["file"] and is_current(record)}
        write_summary(self.review, [
            record if is_current(record) else record | {"cause": record["cause"] or EARLIER}
            for record in pages], self.folder, left=len(keys.keys() - made))

    def _keep(self, jobs: list[PageJob]) -> None:
        """So that a page can be made again in seconds once its account manager has written."""
        if jobs:
            coverage, periods = self.workspace.coverage, self.workspace.settings.periods
            last = choose_period(coverage, "", periods.allow_partial).quarter
            keep_jobs(jobs, find_inputs(self.workspace.settings.folder), self.folder,
                      {"is_default": last == self.review.quarter,
                       "is_partial": self.review.is_partial,
                       "data_until": f"{self.review.data_until:%Y-%m-%d}"})
