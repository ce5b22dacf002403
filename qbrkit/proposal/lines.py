"""The invoice lines: which source holds them, what must be joined, which amount is revenue."""

from dataclasses import dataclass, field

from qbrkit.proposal.amounts import Amounts, find_amounts, has_amount
from qbrkit.proposal.candidates import (
    TABLE,
    Candidate,
    completed,
    is_something_else,
    lacking_amounts,
    score_of,
    total_of,
)
from qbrkit.proposal.credits import find_kind
from qbrkit.proposal.drafts import Draft, share_text
from qbrkit.proposal.export import Export
from qbrkit.proposal.headless import guess_roles, told
from qbrkit.proposal.matching import Roles, find_roles, is_of_review
from qbrkit.proposal.names import bare
from qbrkit.proposal.states import ask_about_states
from qbrkit.proposal.survey import Survey

DIRECT = ("invoice_id", "line_id", "product_id", "quantity", "unit", "reference_invoice_id")
FROM_HEAD = ("invoice_id", "reference_invoice_id", "product_id")
"""Columns that are taken from the joined head where the line does not have them."""


@dataclass
class Lines:
    """What is proposed for the invoice lines.

    Parameters
    ----------
    draft : Draft or None
        The section; None when no source has what is needed.
    export, roles : Export, Roles
        The source of the lines.
    account, product : tuple of (Export, str) or None
        Where the ids of account and product stand.
    currency : tuple of (Export, str) or None
        Where the currency stands.
    missing : list of str
        Why there is no draft, in sentences.
    """

    draft: Draft | None = None
    export: Export | None = None
    roles: Roles = field(default_factory=Roles)
    account: tuple[Export, str] | None = None
    product: tuple[Export, str] | None = None
    currency: tuple[Export, str] | None = None
    missing: list[str] = field(default_factory=list)


def propose_lines(survey: Survey) -> Lines:
    """Draft of ``[tables.invoice_lines]``, or what is missing for it."""
    roles = {name: find_roles(export, TABLE) if export.has_header else guess_roles(survey, export)
             for name, export in survey.exports.items()}
    candidates = [completed(survey, export, roles) for name, export in survey.exports.items()
                  if has_amount(roles[name]) and not is_something_else(export, roles[name])]
    whole = [one for one in candidates if one.date and one.account]
    if not whole:
        return Lines(missing=_missing(survey, candidates, roles))
    whole = [one for one in whole if not is_of_review(one.export)] or whole
    for one in whole:
        one.score = score_of(one)
    best = max(whole, key=lambda one: (one.score, total_of(survey, one), one.export.rows))
    lines = _drafted(survey, best, roles)
    if lines.draft and not best.export.has_header:
        lines.draft.questions.insert(0, told(best.export, best.roles))
    used = {best.export.name, *(join.right for join in best.joins)}
    others = [one.export.name for one in whole if one.export.name not in used
              and one.score > best.score - 3]
    if others and lines.draft:
        lines.draft.questions.append(
            f"the lines are those of {best.export.name}; {', '.join(others)} could be lines as "
            "well: exchange them, or add them with union all by name, if these are other sales")
    return lines


def _drafted(survey: Survey, one: Candidate, roles: dict[str, Roles]) -> Lines:
    """The section, from the source and its joins."""
    assert one.date
    assert one.account
    export, own = one.export, one.roles
    draft = Draft(TABLE, export.name, joins=one.joins)
    lines = Lines(draft, export, own, (survey.exports[one.account[0]], one.account[1]))
    for role in DIRECT:
        if role in own:
            draft.columns[role] = draft.ref(own[role])
    for join in one.joins:
        theirs = roles[join.right]
        for role in FROM_HEAD:
            if role in theirs and role not in draft.columns:
                draft.columns[role] = draft.ref(theirs[role], join.right)
        if join.found < join.rows:
            draft.questions.append(
                f"{join.right} has the partner of {share_text(join.found, join.rows)} lines of "
                f"{join.left}; the others are told by the check. Is its export complete?")
    draft.columns["invoice_date"] = draft.ref(one.date[1], one.date[0])
    draft.columns["account_id"] = draft.ref(one.account[1], one.account[0])
    _tell_choices(draft, survey, one, roles)
    _add_line_id(survey, lines)
    amounts = find_amounts(survey, export, own, draft.ref)
    if one.twin:
        _take_twin(draft, one, roles[one.twin], amounts)
    draft.columns |= amounts.columns
    draft.notes += amounts.notes
    draft.questions += amounts.questions
    _add_currency(survey, lines, one, roles)
    find_kind(survey, export, own, draft)
    ask_about_states(survey, draft)
    if "product_id" in own:
        lines.product = (export, own["product_id"])
    draft.columns = {name: draft.columns[name] for name in _order() if name in draft.columns}
    return lines


def _take_twin(draft: Draft, one: Candidate, theirs: Roles, amounts: Amounts) -> None:
    """The amounts that another source holds of each line, instead of computed ones."""
    keys = " + ".join(pair[0] for join in one.joins if join.right == one.twin
                      for pair in join.pairs)
    for role in lacking_amounts(one.roles, theirs):
        if role == "revenue":
            amounts.questions.clear()
            amounts.notes.clear()
        amounts.columns[role] = draft.ref(theirs[role], one.twin)
        told = f"{role} is {theirs[role]} of {one.twin}, which has one record a line ({keys})"
        if role in theirs.guessed:
            amounts.questions.append(f"{told}; is that the net amount without tax?")
        else:
            amounts.notes.append(told)


def _order() -> tuple[str, ...]:
    from qbrkit.columns import TABLES

    return TABLES[TABLE].names


def _tell_choices(draft: Draft, survey: Survey, one: Candidate, roles: dict[str, Roles]) -> None:
    """Questions about date and account: guessed headings, other dates, empty accounts."""
    assert one.date
    assert one.account
    for role, (source, column) in (("invoice_date", one.date), ("account_id", one.account)):
        theirs = roles[source]
        if role in theirs.guessed and theirs.get(role) == column and one.export.has_header:
            draft.questions.append(f"{column} is taken as {role}")
        others = [name for name in theirs.others.get(role, ())
                  if name not in theirs.columns.values()]
        if role == "account_id" and others and _differ(survey, source, column, others[0]):
            draft.questions.append(f"the account is {column}; {others[0]} is another one in some "
                                   "rows. account_id is the account as billed")
        elif others:
            draft.notes.append(f"{role} is {column}; there {'is' if len(others) == 1 else 'are'} "
                               f"also {', '.join(others)}")
    source, column = one.account
    found = survey.exports[source].columns[column]
    empty = survey.exports[source].rows - found.filled
    if empty:
        draft.notes.append(f"rows of {source} without {column} ({empty:,}) count for the company "
                           "and for no account")


def _differ(survey: Survey, source: str, one: str, other: str) -> bool:
    """Whether two columns differ in any row."""
    return bool(survey.ask(f"select 1 from {source} where cast({bare(one)} as varchar) <> "
                           f"cast({bare(other)} as varchar) limit 1"))


def _add_line_id(survey: Survey, lines: Lines) -> None:
    """A line's id only where it identifies the line; the product where that does."""
    draft, export, roles = lines.draft, lines.export, lines.roles
    assert draft
    assert export
    if "invoice_id" not in roles:
        draft.columns.pop("line_id", None)
        return
    for role in ("line_id", "product_id"):
        if role not in roles:
            continue
        invoice, line = bare(roles["invoice_id"]), bare(roles[role])
        twice = survey.ask(f"select 1 from {export.name} where {invoice} is not null "
                           f"and {line} is not null group by {invoice}, {line} "
                           "having count(*) > 1 limit 1")
        if not twice:
            if role == "product_id":
                draft.columns["line_id"] = draft.ref(roles[role])
                draft.notes.append(f"line_id is {roles[role]}, which stands once in an invoice")
            return
    draft.columns.pop("line_id", None)


def _add_currency(survey: Survey, lines: Lines, one: Candidate, roles: dict[str, Roles]) -> None:
    """The currency of line or head, where it holds codes of three letters."""
    draft = lines.draft
    assert draft
    places = [(one.export, one.roles), *((survey.exports[join.right], roles[join.right])
                                         for join in one.joins)]
    for export, theirs in places:
        column = theirs.get("currency")
        if not column:
            continue
        text = f"cast({bare(column)} as varchar)"
        ((strange,),) = survey.ask(f"select min({text}) from {export.name} "
                                   f"where not regexp_matches({text}, '^[A-Za-z]{{3}}$')")
        if strange is None:
            draft.columns["currency"] = draft.ref(column, export.name)
            lines.currency = (export, column)
        else:
            draft.questions.append(f"{column} holds {strange!r}, which is no currency code such as "
                                   "EUR; all lines are taken in the company's currency")
        return


def _missing(survey: Survey, candidates: list[Candidate], roles: dict[str, Roles]) -> list[str]:
    """Why there are no invoice lines, by the source that comes nearest."""
    if not candidates:
        bare_files = [one.name for one in survey.exports.values() if not one.has_header]
        told = ["no source has a column that could be revenue (a net amount, or unit price and "
                "quantity)"]
        if bare_files:
            told.append(f"{', '.join(bare_files)} {'has' if len(bare_files) == 1 else 'have'} no "
                        "row with column names: export again with headings, or name the columns "
                        "column1, column2 … in the mapping")
        return told
    best = max(candidates, key=lambda one: (bool(one.date) + bool(one.account), one.export.rows))
    lacking = ([] if best.date else ["a date"]) + ([] if best.account else ["an account"])
    return [f"{best.export.name} has amounts, but no column of it, nor of a source that can be "
            f"joined to it, is {' or '.join(lacking)} of the invoice"]
