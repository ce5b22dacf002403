"""The proposal as a whole: what is in the folder, what it becomes, what is left open."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from qbrkit.columns import TABLES
from qbrkit.errors import DataError, SettingError
from qbrkit.proposal.company import company_section
from qbrkit.proposal.drafts import Draft, wrapped
from qbrkit.proposal.entries_text import questions_of, sources_text
from qbrkit.proposal.export import Export
from qbrkit.proposal.files import find_parts, group_parts, stem_of
from qbrkit.proposal.headless import describe
from qbrkit.proposal.lines import Lines, propose_lines
from qbrkit.proposal.masters import Master, find_contacts, find_master
from qbrkit.proposal.matching import find_roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.others import find_others
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import plain
from qbrkit.settings import FILE
from qbrkit.sources.entries import ENDINGS, suffix

LINES = "invoice_lines"
LISTED = 30


@dataclass(frozen=True)
class Proposal:
    """What qbr.toml should say.

    Parameters
    ----------
    text : str
        The file, with comments.
    questions : tuple of str
        What the analyst has to decide, each also in the file after ``# ?``.
    tables : tuple of str
        Tables of the contract that the proposal brings.
    refused : tuple of str
        Why some files were not read.
    """

    text: str
    questions: tuple[str, ...]
    tables: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass
class _Plan:
    """All drafts, and the sources that bear the contract's names already."""

    survey: Survey
    native: dict[str, Export]
    drafts: list[Draft] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def propose(folder: Path) -> Proposal:
    """Look at all exports of a folder and propose its qbr.toml; nothing is written.

    Parameters
    ----------
    folder : Path
        A folder of export files; its subfolders are looked at as well, one level deep.

    Returns
    -------
    Proposal

    Raises
    ------
    SettingError
        If there is no such folder, or a qbr.toml is in it.
    DataError
        If no file of it can be read; the message says why of each.
    """
    if not folder.is_dir():
        raise SettingError(f"{folder} is no folder")
    if (folder / FILE).exists():
        raise SettingError(f"there is a {FILE} in {folder} already; it stays as it is. Move it "
                           "away to have another proposed")
    parts, refused = find_parts(folder)
    survey = Survey(folder, group_parts(folder, parts))
    refused += survey.refused
    if not survey.exports:
        told = "".join(f"\n{one}" for one in refused)
        raise DataError(f"no file in {folder} can be read as an export{told}")
    try:
        return _written(folder, _planned(survey), refused)
    except duckdb.Error as error:
        raise DataError(f"the exports in {folder} cannot be looked at together: "
                        f"{str(error).splitlines()[0]}; write {FILE} by hand") from error


def _planned(survey: Survey) -> _Plan:
    """Every table that the sources bring."""
    native = {name: export for name, export in survey.exports.items() if _is_native(name, export)}
    plan = _Plan(survey, native)
    lines = _native_lines(native[LINES]) if LINES in native else propose_lines(survey)
    plan.missing = lines.missing
    accounts = _native_master("accounts", native["accounts"]) if "accounts" in native \
        else find_master(survey, "accounts", lines)
    products = Master() if "products" in native else find_master(survey, "products", lines)
    used = {*native, *(lines.draft.used() if lines.draft else ())}
    used |= {export.name for export in (accounts.export, products.export) if export}
    others = find_others(survey, accounts, lines, used)
    contacts = None if "contacts" in {*native, *(one.table for one in others)} \
        else find_contacts(survey, accounts, lines)
    found = [lines.draft, accounts.draft, products.draft, contacts, *others]
    plan.drafts = [draft for draft in found if draft and draft.table not in native]
    return plan


def _is_native(name: str, export: Export) -> bool:
    """Whether a source bears a contract table's name and writes its columns like the contract."""
    if name not in TABLES:
        return False
    own = {plain(column): column for column in TABLES[name].names}
    headings = {column.lower() for column in export.columns}
    is_otherwise_written = any(plain(column) in own and own[plain(column)] not in headings
                               for column in export.columns)
    return set(TABLES[name].required) <= headings and not is_otherwise_written


def _native_lines(export: Export) -> Lines:
    roles = find_roles(export, LINES)
    draft = Draft(LINES, export.name, {name: name for name in export.columns})
    product = (export, "product_id") if "product_id" in export.columns else None
    currency = (export, "currency") if "currency" in export.columns else None
    return Lines(draft, export, roles, (export, "account_id"), product, currency)


def _native_master(table: str, export: Export) -> Master:
    draft = Draft(table, export.name, {"account_id": "account_id"})
    return Master(draft, export, "account_id", find_roles(export, table))


def _written(folder: Path, plan: _Plan, refused: list[str]) -> Proposal:
    """The text of the file and the questions in it."""
    survey, drafts = plan.survey, plan.drafts
    serving = {name for draft in drafts for name in draft.used()} | set(plan.native)
    exports = [one for one in survey.exports.values() if one.name in serving]
    unused = [one for one in survey.exports.values() if one.name not in serving]
    found_by_name = {name for name, one in plan.native.items() if _needs_no_entry(folder, one)}
    company, questions = company_section(folder, survey, drafts, plan.native)
    empty = [_emptied(folder, name, survey) for name in _claimed_names(folder, survey)
             if name not in {*plan.native, *(draft.table for draft in drafts)}]
    sections = [
        f"# Proposed by qbr init from the files in this folder; nothing else was changed.\n"
        f"# {_how_to_go_on(questions)}",
        company,
        sources_text(folder, exports, unused, serving - found_by_name
                     | {draft.source for draft in drafts})]
    if refused:
        sections.append("\n".join(["# Not read:", *wrapped(f"# {one}" for one in refused)]))
    if plan.native:
        sections.append("\n".join(wrapped([f"# Named and written as the kit expects, so no "
                                           f"mapping is needed: {', '.join(plan.native)}"])))
    if plan.missing:
        sections.append("\n".join(
            [*wrapped(f"# ? no [tables.{LINES}]: {one}" for one in plan.missing), _skeleton()]))
    sections += [draft.text() for draft in drafts]
    if headless := [one for one in survey.exports.values() if not one.has_header]:
        sections.append("\n".join(["# Columns of files without headings:",
                                   *(line for one in headless for line in describe(survey, one))]))
    sections += empty
    if left := _left_over(exports, drafts, plan.native):
        sections.append("\n".join(["# Columns left over:", *wrapped(left)]))
    questions += [f"{export.name}: {question}" for export in exports
                  for question in questions_of(export)]
    questions += [f"{LINES}: {one}" for one in plan.missing]
    questions += [f"{draft.table}: {question}" for draft in drafts
                  for question in draft.questions]
    questions += [one.split("\n")[1].removeprefix("# ? ") for one in empty]
    tables = (*plan.native, *(draft.table for draft in drafts))
    return Proposal("\n\n".join(sections) + "\n", tuple(questions), tables, tuple(refused))


def _how_to_go_on(questions: list[str]) -> str:
    return ("Lines that begin with “# ?” are to be decided; then: qbr check")


def _needs_no_entry(folder: Path, export: Export) -> bool:
    """Whether a file is found by its name alone, being the only one of that name."""
    alike = [file for file in folder.iterdir()
             if stem_of(file).lower() == export.name and suffix(file) in ENDINGS]
    files = export.group.files
    return (len(alike) == len(files) == 1 and files[0].parent == folder
            and not export.options and not export.undecided)


def _claimed_names(folder: Path, survey: Survey) -> list[str]:
    """Tables of the contract whose name a source, or a file of the folder, bears."""
    return [name for name in TABLES if name in survey.exports]


def _emptied(folder: Path, name: str, survey: Survey) -> str:
    """A section that keeps a source of a contract table's name from being taken for it."""
    needed = TABLES[name].required
    there = {column.lower() for column in survey.exports[name].columns}
    lacking = ", ".join(column for column in needed if column not in there)
    nothing = ", ".join(f"null as {column}" for column in needed)
    comment = wrapped([f"# ? {survey.exports[name].group.files[0].name} bears the name of this "
                       f"table of the kit and has no {lacking}; the table stays empty until its "
                       "columns are mapped: REPLACE the line below by source and columns"],
                      width=10_000)
    return "\n".join([f"[tables.{name}]", *comment, f'sql = "select {nothing} where false"'])


def _skeleton() -> str:
    """The section of the lines as a comment to be filled in."""
    return (f"# [tables.{LINES}]\n# source = \"…\"\n# columns = {{ invoice_date = \"…\", "
            "account_id = \"…\", revenue = \"…\" }")


def _left_over(exports: list[Export], drafts: list[Draft], native: dict[str, Export]) -> list[str]:
    """For each source the columns that no table uses."""
    told = []
    for export in exports:
        if export.name in native or not export.has_header:
            continue
        written = " ".join(
            [*(expression for draft in drafts if export.name in draft.used()
               for expression in (*draft.columns.values(), draft.tail,
                                  *(join.condition() for join in draft.joins)))])
        left = [name for name in export.columns
                if not re.search(rf'(?<![\w"]){re.escape(bare(name))}(?![\w"])', written)]
        if left:
            more = f", … ({len(left)} in all)" if len(left) > LISTED else ""
            told.append(f"# {export.name}: {', '.join(left[:LISTED])}{more}")
    return told
