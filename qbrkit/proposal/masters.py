"""Accounts, products and contacts: found by the ids of the lines, whatever they are called."""

from dataclasses import dataclass, field

from qbrkit.columns import TABLES
from qbrkit.proposal.derived import derived
from qbrkit.proposal.drafts import Draft, share_text, written_alike
from qbrkit.proposal.export import Export
from qbrkit.proposal.families import join_family
from qbrkit.proposal.joins import (
    ENOUGH,
    NEARLY_ALL,
    TELLING,
    Join,
    is_named_after,
    measure,
)
from qbrkit.proposal.lines import Lines
from qbrkit.proposal.matching import Roles, find_roles, is_of_review
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import is_file_of, plain, value_for, words_of
from qbrkit.sources.recognize import literal

NEARLY_UNIQUE = 0.9
NATURAL = ("alternatekey", "naturalkey", "businesskey", "sourcekey", "sku", "productcode",
           "productnumber", "customercode", "customernumber", "artikelnummer", "kundennummer")
"""Endings of headings of ids that the source system gave, beside the warehouse's own keys."""


@dataclass
class Master:
    """A master table proposed.

    Parameters
    ----------
    draft : Draft or None
        The section; None when nothing brings it.
    export : Export or None
        Its source, when it has one of its own.
    key : str
        The column that holds the id of the lines.
    roles : Roles
        What its other columns are.
    """

    draft: Draft | None = None
    export: Export | None = None
    key: str = ""
    roles: Roles = field(default_factory=Roles)


def find_master(survey: Survey, table: str, lines: Lines) -> Master:
    """The accounts or the products behind the ids of the lines.

    Parameters
    ----------
    survey : Survey
        All sources.
    table : str
        accounts or products.
    lines : Lines
        The invoice lines proposed.
    """
    role = "account_id" if table == "accounts" else "product_id"
    place = lines.account if table == "accounts" else lines.product
    if place is None or lines.draft is None:
        return Master()
    used = lines.draft.used()
    found = [one for export in survey.exports.values()
             if export.name not in used and not is_of_review(export)
             and (one := _key_of(survey, export, table, role, place)) is not None]
    if not found:
        return Master(draft=derived(survey, table, role, place))
    _, join = max(found, key=lambda one: one[0])
    export = survey.exports[join.right]
    return _from_export(survey, table, role, export, join, lines)


def _key_of(survey: Survey, export: Export, table: str, role: str,
            place: tuple[Export, str]) -> tuple[float, Join] | None:
    """The column of a source that holds the ids, and how well the source fits."""
    lines, ours = place
    roles = find_roles(export, table)
    named = is_file_of(table, export.label) or is_named_after(export.label, role, table)
    best: tuple[float, Join] | None = None
    for column in export.columns.values():
        if column.kind in {"number", "date", "unsettled"} or not column.filled or (
                column.distinct < NEARLY_UNIQUE * column.filled):
            continue
        fits_by_name = roles.get(role) == column.name or plain(column.name) == plain(ours) or (
            not export.has_header and named and column is next(iter(export.columns.values())))
        telling = lines.columns[ours].distinct >= TELLING and lines.columns[ours].kind == "text"
        if not (fits_by_name or telling or named):
            continue
        join = measure(survey, lines, export, [(ours, column.name)])
        if join.share < (ENOUGH if fits_by_name else NEARLY_ALL):
            continue
        score = join.share + named + 0.5 * fits_by_name + 0.1 * len(roles.columns)
        if best is None or score > best[0]:
            best = (score, join)
    return best


def _from_export(survey: Survey, table: str, role: str, export: Export, join: Join,
                 lines: Lines) -> Master:
    """A master table from a source of its own."""
    key = join.pairs[0][1]
    found = find_roles(export, table)
    columns = {name: column for name, column in found.columns.items() if column != key}
    roles = Roles(columns, found.guessed, found.others)
    draft = Draft(table, export.name)
    if table == "products":
        join_family(survey, export, key, roles, draft, lines)
    draft.columns[role] = written_alike(_as_text(draft, export, key, join), join.way)
    if join.way not in {"{}"} and lines.draft:
        own = lines.draft.columns[role]
        lines.draft.columns[role] = written_alike(own, join.way)
        lines.draft.notes.append(f"{role} is written differently in {export.name}; both are made "
                                 "alike here")
    if "parent_id" in columns:
        parent = columns["parent_id"]
        if not _are_keys(survey, export, parent, key):
            draft.questions.append(f"{parent} holds no {key}, so accounts are not rolled up to "
                                   "their parents")
            del columns["parent_id"]
    for name in TABLES[table].names:
        if name in columns and name not in draft.columns:
            draft.columns[name] = _language(survey, export, draft, columns[name]) \
                if name == "language" else draft.ref(columns[name])
            if name in roles.guessed:
                draft.questions.append(f"{columns[name]} is taken as {name}")
    if not export.has_header:
        _guess_name(survey, export, key, draft)
    if join.found < join.rows:
        draft.notes.append(f"{key} has the {role} of {share_text(join.found, join.rows)} records "
                           f"of {join.left}")
    if natural := _natural_key(export, key):
        draft.questions.append(
            f"{natural} repeats in {export.name}: one of them has several {key}, and counts as "
            f"several here; if they are the same, map {role} of both tables to {natural}")
    if export.columns[key].filled < export.rows:
        empty = export.rows - export.columns[key].filled
        draft.notes.append(f"{empty:,} of {export.rows:,} records have no {key} and are left out")
        draft.tail = f"where {draft.ref(key)} is not null"
    if not export.columns[key].is_unique:
        draft.questions.append(f"{key} repeats in {export.name}: one record of each is taken, and "
                               "any of its values; is another column the id?")
        _group(draft, role, export, key)
    draft.columns = {name: draft.columns[name] for name in TABLES[table].names
                     if name in draft.columns}
    return Master(draft, export, key, roles)


def _are_keys(survey: Survey, export: Export, column: str, key: str) -> bool:
    """Whether the values of a column mostly are keys of the same source."""
    ((rows, found),) = survey.ask(
        f"select count({bare(column)}), count(*) filter (cast({bare(column)} as varchar) in "
        f"(select cast({bare(key)} as varchar) from {export.name})) from {export.name}")
    return bool(found >= ENOUGH * rows)


def _natural_key(export: Export, key: str) -> str:
    """A column that names the same thing over several keys, as where a warehouse keeps history."""
    return next((one.name for one in export.columns.values()
                 if one.name != key and export.columns[key].is_unique
                 and plain(one.name).endswith(NATURAL) and one.kind in {"text", "whole"}
                 and NEARLY_UNIQUE / 3 * one.filled < one.distinct < one.filled), "")


def _as_text(draft: Draft, export: Export, key: str, join: Join) -> str:
    text = draft.ref(key)
    return f"cast({text} as varchar)" if join.way != "{}" and export.columns[key].kind != "text" \
        else text


def _language(survey: Survey, export: Export, draft: Draft, column: str) -> str:
    """The language as the code the contract wants, where the export writes it otherwise."""
    values = [text for text, in survey.ask(
        f"select distinct cast({bare(column)} as varchar) from {export.name} "
        f"where {bare(column)} is not null order by 1")]
    known = {text: value_for("accounts", "language", text) for text in values}
    this = draft.ref(column)
    if all(len(text) == 2 for text in values) or not any(known.values()):
        return this
    whens = " ".join(f"when {literal(text)} then '{code}'" for text, code in known.items() if code)
    return f"case {this} {whens} end"


def _group(draft: Draft, role: str, export: Export, key: str) -> None:
    """One record per id."""
    for name in draft.columns:
        if name != role:
            draft.columns[name] = f"any_value({draft.columns[name]})"
    draft.tail = f"where {draft.ref(key)} is not null\ngroup by {draft.columns[role]}"


def _guess_name(survey: Survey, export: Export, key: str, draft: Draft) -> None:
    """In a file without headings: the name is the text that most often has words in it."""
    texts = [one for one in export.columns.values() if one.kind == "text" and one.name != key]
    if not texts:
        return
    counted = ", ".join(f"count(distinct {bare(one.name)}) filter (regexp_matches("
                        f"{bare(one.name)}, '\\p{{L}}{{2,}}[ ,.]'))" for one in texts)
    ((*wordy,),) = survey.ask(f"select {counted} from {export.name}")
    best = max(zip(texts, wordy, strict=True), key=lambda one: (one[1], one[0].distinct))[0]
    draft.columns["name"] = draft.ref(best.name)
    draft.questions.append(
        f"{export.group.files[0].name} has no headings: {best.name} "
        f"({', '.join(best.examples[:2])}) is taken as the name; the other columns are left out")


def find_contacts(survey: Survey, accounts: Master, lines: Lines) -> Draft | None:
    """Contacts named in the table of accounts; those of a file of their own come elsewhere."""
    export, roles = accounts.export, accounts.roles
    if export is None or accounts.draft is None or "contact_name" not in roles:
        return None
    if words_of(export.label) & {"contacts", "kontakte"}:
        return None
    key = accounts.draft.columns["account_id"]
    draft = Draft("contacts", export.name)
    draft.columns = {"contact_id": f"'contact of ' || {key}", "account_id": key,
                     "name": bare(roles["contact_name"])}
    for name, role in (("title", "contact_title"), ("email", "contact_email")):
        if role in roles:
            draft.columns[name] = bare(roles[role])
    person = export.columns[roles["contact_name"]]
    if person.filled < export.rows:
        draft.tail = f"where {bare(person.name)} is not null"
    return draft
