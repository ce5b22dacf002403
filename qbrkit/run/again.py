"""One external page again, in seconds: only the account manager's words have changed.

What a run found out about each external page is kept in the folder of the quarter. While
exports, qbr.toml and the kit are the same, a page that is asked for by its account needs no
review of the quarter: its view is the one before with the new words.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qbrkit.disclosure.account_view import identified, write_view
from qbrkit.run import manifest
from qbrkit.run.alone import alone_in
from qbrkit.run.batch import noting, run_pages
from qbrkit.run.browser import require_browser
from qbrkit.run.pages import PageJob, PageResult, page_record
from qbrkit.run.paths import remove_unfinished, write_whole
from qbrkit.run.pdf import add_pdfs
from qbrkit.run.shipped import shipped
from qbrkit.run.summary import update_summary
from qbrkit.sources import Inputs, find_inputs

FILE = "again.json"
EARLIER = "made from an earlier export; qbr run brings it up to date"


def keep_jobs(jobs: Iterable[PageJob], inputs: Inputs, folder: Path,
              told: Mapping[str, Any]) -> None:
    """Keep what it takes to make external pages again; those of another state of the data go.

    Parameters
    ----------
    jobs : iterable of PageJob
        Of external pages.
    inputs : Inputs
        What the workspace is made of.
    folder : Path
        The folder of the quarter.
    told : mapping
        ``is_default``, the quarter is the one reviewed when none is named; ``is_partial``;
        ``data_until``, the last day of the data as ISO text.
    """
    if not (key := _state(inputs, folder)):
        return
    known = _read(folder)
    kept = known["jobs"] if known and known["key"] == key else {}
    made = {job.account_id: {
        "name": job.name, "owner": job.owner, "view": Path(job.parameters["account_view"]).name,
        "page": job.page.stem, "allowed": list(job.allowed), "gaps": dict(job.gaps),
        "forbidden": {what: list(terms) for what, terms in job.forbidden.items()}}
        for job in jobs}
    write_whole(folder / "work" / FILE, json.dumps({
        "key": key, **told, "commentary": dict(inputs.commentary), "jobs": kept | made},
        ensure_ascii=False, indent=1))


@dataclass(frozen=True)
class Again:
    """Pages made again from what was kept.

    Parameters
    ----------
    inputs : Inputs
        What the workspace is made of now.
    folder : Path
        The folder of the quarter.
    kept : dict
        What `keep_jobs` wrote.
    """

    inputs: Inputs
    folder: Path
    kept: dict[str, Any]

    def run(self, accounts: Collection[str], workers: int = 2, force: bool = False,
            pdf: bool = False, scheduler: str = "",
            told: Callable[[PageResult], None] = lambda result: None,
            begun: Callable[[int], None] = lambda count: None,
            working: Callable[[PageJob], None] = lambda job: None) -> list[dict[str, Any]]:
        """Make the pages, then the index and the manifest; as `Batch.run`."""
        from datetime import date

        if pdf:
            require_browser()
        with alone_in(self.folder):
            remove_unfinished(self.folder)
            before = manifest.recover(self.folder)
            jobs = [self._job(account_id) for account_id in dict.fromkeys(accounts)]
            begun(len(jobs))
            day = date.fromisoformat(self.kept["data_until"])
            try:
                results = run_pages(jobs, self.folder, before["pages"], workers, force,
                                    noting(told, self.folder), scheduler,
                                    working)
                made = add_pdfs((page_record(result, self.folder) for result in results),
                                before["pages"], self.folder, day, pdf, workers)
            except KeyboardInterrupt:
                remove_unfinished(self.folder)
                noted = manifest.recover(self.folder)["pages"]
                self._tell(before, add_pdfs(noted, before["pages"], self.folder, day, False), jobs)
                raise
            self._tell(before, manifest.merge_pages(before["pages"], made, self.folder), jobs)
            return made

    def _tell(self, before: dict[str, Any], pages: list[dict[str, Any]],
              jobs: list[PageJob]) -> None:
        """Write the manifest and the index."""
        keys = {job.identity: job.key for job in jobs}

        def is_current(record: dict[str, Any]) -> bool:
            key = keys.get(manifest.identity(record))
            return record["key"] == key if key else self._is_current(record)

        told = [record if is_current(record) else
                record | {"cause": record["cause"] or EARLIER} for record in pages]
        update_summary(self.inputs.settings, before | {
            "workspace_hash": self.inputs.inputs_hash("")}, self.kept["is_partial"], told,
            self.folder)

    def _job(self, account_id: str) -> PageJob:
        """The job of the page before, over a view with the words of now."""
        told, work = self.kept["jobs"][account_id], self.folder / "work"
        notebook = shipped("notebooks") / "external_review.ipynb"
        file = work / "views" / told["view"]
        view = json.loads(file.read_text(encoding="utf-8"))
        write_view(identified(view | {"commentary": self.inputs.commentary.get(account_id, "")}),
                   file)
        return PageJob(
            "external", notebook, {"account_view": str(file)},
            executed=work / "notebooks" / f"{told['page']}.ipynb",
            page=self.folder / "external" / f"{told['page']}.html",
            account_id=account_id, name=told["name"], owner=told["owner"],
            key=manifest.page_key(notebook, file.read_text(encoding="utf-8")),
            forbidden_file=work / "forbidden.json", allowed=tuple(told["allowed"]),
            gaps=told["gaps"],
            forbidden={what: tuple(terms) for what, terms in told["forbidden"].items()})

    def _is_current(self, record: dict[str, Any]) -> bool:
        """Whether a page that is not made now says what is known now."""
        same = self.kept["commentary"] == dict(self.inputs.commentary)
        if record["kind"] != "external" or record["account_id"] not in self.kept["jobs"]:
            return same
        view = self.folder / "work" / "views" / self.kept["jobs"][record["account_id"]]["view"]
        written = json.loads(view.read_text(encoding="utf-8"))["commentary"]
        return bool(written == self.inputs.commentary.get(record["account_id"], ""))


def find_again(workspace: Path, quarter: str, out: Path,
               accounts: Collection[str]) -> Again | None:
    """The pages of some accounts as they can be made again; None where a review is needed.

    Parameters
    ----------
    workspace : Path
        Folder with qbr.toml.
    quarter : str
        The quarter asked for, empty for the last complete one.
    out : Path
        Folder that holds one folder per quarter.
    accounts : collection of str
        Accounts asked for; none is all of them, which is no case for this.

    Returns
    -------
    Again or None

    Raises
    ------
    SettingError, DataError
        If the workspace cannot be used.
    """
    kept = {folder: told for folder in sorted(out.resolve().glob("*"))
            if (told := _read(folder)) and set(accounts) <= set(told["jobs"])
            and (told["is_default"] if not quarter else quarter == folder.name)}
    if not accounts or not kept:
        return None
    inputs = find_inputs(workspace)
    return next((Again(inputs, folder, told) for folder, told in kept.items()
                 if told["key"] == _state(inputs, folder) and _is_whole(folder, told)
                 and _is_about_pages(told, inputs)), None)


def _is_about_pages(told: dict[str, Any], inputs: Inputs) -> bool:
    """Whether only words for accounts with a page changed; others are a problem to be told."""
    before, now = told["commentary"], inputs.commentary
    changed = {one for one in {*before, *now} if before.get(one) != now.get(one)}
    return changed <= set(told["jobs"])


def _is_whole(folder: Path, told: dict[str, Any]) -> bool:
    """Whether all that a page is made from, and the manifest, still lie there."""
    work = folder / "work"
    return ("totals" in manifest.read_manifest(folder) and (work / "forbidden.json").is_file()
            and all((work / "views" / one["view"]).is_file() for one in told["jobs"].values()))


def _state(inputs: Inputs, folder: Path) -> str:
    """Hash over all but the words; empty where that cannot be known without reading the data."""
    if not (reading := inputs.reading_hash):
        return ""
    parts = (reading, inputs.settings.text, manifest.kit_hash(), str(folder))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _read(folder: Path) -> dict[str, Any] | None:
    """What was kept; None when there is nothing that can be used."""
    try:
        told = json.loads((folder / "work" / FILE).read_text(encoding="utf-8"))
        is_ours = told.keys() >= {"key", "is_default", "is_partial", "data_until", "commentary",
                                  "jobs"}
    except (OSError, ValueError, AttributeError):
        return None
    return told if is_ours else None
