"""Deals, contacts, activities and further tables of the contract, from sources that name them."""

from qbrkit.columns import CUSTOMER, TABLES
from qbrkit.proposal.drafts import Draft, share_text
from qbrkit.proposal.export import Export
from qbrkit.proposal.joins import ENOUGH, Join, measure
from qbrkit.proposal.lines import Lines
from qbrkit.proposal.masters import Master
from qbrkit.proposal.matching import QUARTERS, Roles, find_whole
from qbrkit.proposal.names import bare
from qbrkit.proposal.rates import take_direction
from qbrkit.proposal.review_headings import REVIEW_HEADINGS
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import is_file_of, plain, value_for
from qbrkit.sources.recognize import literal

FIRST = ("contacts", "activities", "deals", "complaints", "exchange_rates", *REVIEW_HEADINGS)
PROPOSED = tuple(dict.fromkeys([*FIRST, *(
    name for name in TABLES if name not in {"accounts", "invoice_lines", "products"})]))
"""Tables in the order in which sources are given to them."""
MOST_VALUES = 40


def find_others(survey: Survey, accounts: Master, lines: Lines,
                used: set[str]) -> list[Draft]:
    """Drafts of the tables that a source brings by its name and headings.

    Parameters
    ----------
    survey : Survey
        All sources.
    accounts, lines : Master, Lines
        What was proposed for accounts and lines; ids are brought to theirs.
    used : set of str
        Sources that serve another table already.
    """
    drafts = []
    for table in PROPOSED:
        found = [(len(roles.columns), export, roles) for export in survey.exports.values()
                 if export.name not in used and is_file_of(table, export.label)
                 and (roles := find_whole(export, table)) is not None]
        for _, export, roles in sorted(found, key=lambda one: -one[0])[:1]:
            draft = _drafted(survey, table, export, roles, accounts, lines)
            if draft:
                used.add(export.name)
                drafts.append(draft)
    return drafts


def _drafted(survey: Survey, table: str, export: Export, roles: Roles, accounts: Master,
             lines: Lines) -> Draft | None:
    draft = Draft(table, export.name)
    account = ""
    if "account_id" in roles:
        account = _account(survey, export, roles["account_id"], accounts, lines, draft)
        if not account and (table == "risks" or "account_id" in TABLES[table].required):
            return None  # a risk without its account would be a risk of all
    for name in TABLES[table].names:
        if name == "account_id":
            if account:
                draft.columns[name] = account
        elif name in roles:
            draft.columns[name] = _expression(survey, export, draft, name, roles[name])
            if name in roles.guessed:
                is_read = table in REVIEW_HEADINGS and TABLES[table][name].audience == CUSTOMER
                draft.questions.append(f"{roles[name]} is taken as {name}" + (
                    ", which the customer reads; is it written for the customer?" if is_read
                    else ""))
    if table == "risks" and roles["risk_id"] == roles.get("customer_risk"):
        told = [draft.columns[name] for name in ("account_id", "customer_risk")
                if name in draft.columns]
        draft.columns["risk_id"] = f"concat_ws(': ', {', '.join(told)})"
    if table == "contacts":
        _whole_name(draft, roles)
    if table == "exchange_rates" and "to_currency" in roles:
        take_direction(survey, export, roles, lines, draft)
    if table == "activities" and "direction" not in roles:
        draft.questions.append("no column tells the direction; only a two-way exchange counts as a "
                               "contact: if these are talks, add 'two_way' as direction")
    draft.columns = {name: draft.columns[name] for name in TABLES[table].names
                     if name in draft.columns}
    return draft


def _account(survey: Survey, export: Export, column: str, accounts: Master, lines: Lines,
             draft: Draft) -> str:
    """The account of a record in the ids of the lines; joined where another system wrote it."""
    if accounts.export is None or accounts.draft is None:
        if lines.account is None:
            return bare(column)
        known = measure(survey, export, lines.account[0], [(column, lines.account[1])])
        return bare(column) if known.share >= ENOUGH else ""
    home, key = accounts.export, accounts.key
    joins: list[Join] = []
    for one in home.columns.values():
        if one.is_unique and one.kind in {"text", "whole"}:
            join = measure(survey, export, home, [(column, one.name)])
            if join.share >= ENOUGH:
                joins.append(join)
    if not joins:
        draft.questions.append(f"{column} holds no id of {home.name}")
        return ""
    best = max(joins, key=lambda join: (join.share, join.pairs[0][1] == key))
    if best.found < best.rows:
        draft.notes.append(f"{home.name} has the account of {share_text(best.found, best.rows)} "
                           f"records of {export.name}")
    if best.pairs[0][1] == key and best.way == "{}":
        return draft.ref(column)
    draft.joins.append(best)
    if draft.table == "risks" or "account_id" in TABLES[draft.table].required:
        _leave_out(survey, draft, f"{home.name}.{bare(key)}", draft.ref(column))
    return f"{home.name}.{bare(key)}"


def _leave_out(survey: Survey, draft: Draft, account: str, written: str) -> None:
    """Leave out records of companies that are no customers of the lines' system, and say so."""
    joined = " ".join(f"left join {join.right} on {join.condition()}" for join in draft.joins)
    unknown = f"{account} is null"
    if "account_id" not in TABLES[draft.table].required:  # one that names no account is kept
        unknown = f"({unknown} and {written} is not null)"
    ((rows,),) = survey.ask(f"select count(*) from {draft.source} {joined} where {unknown}")
    if rows:
        draft.tail = f"where not {unknown}" if unknown.startswith("(") \
            else f"where {account} is not null"
        draft.notes.append(f"{rows:,} records have no account with {account} and are left out")


def _expression(survey: Survey, export: Export, draft: Draft, name: str, column: str) -> str:
    """A column of the export as the contract wants it."""
    if TABLES[draft.table][name].allowed:
        return _by_values(survey, export, draft, name, column)
    this = draft.ref(column)
    if name in QUARTERS and export.columns[column].kind == "date":
        draft.questions.append(
            f"{column} holds days; {name} is their calendar quarter: is that the quarter that was "
            "reviewed, and does the fiscal year start in January?")
        return f"year({this}) || 'Q' || quarter({this})"
    return this


def _by_values(survey: Survey, export: Export, draft: Draft, name: str, column: str) -> str:
    """A column of few allowed values: each value of the export, and the one it stands for."""
    values = [text for text, in survey.ask(
        f"select cast({bare(column)} as varchar) as one, from {export.name} where {bare(column)} "
        "is not null group by 1 order by count(*) desc, 1")]
    known = {text: value_for(draft.table, name, text) for text in values[:MOST_VALUES]}
    by_value: dict[str, list[str]] = {}
    for text, value in known.items():
        if value:
            by_value.setdefault(value, []).append(text)
    others = [text for text, value in known.items() if not value]
    sure = [text for text in by_value.get("confirmed", ()) if plain(text) in {"high", "hoch"}]
    if sure:
        draft.questions.append(f"{name}: {', '.join(sure)} of {column} is taken as confirmed; did "
                               "the customer confirm it?")
    rest = {"outcome": "'open'"}.get(name, "null")
    if others or len(values) > MOST_VALUES:
        draft.questions.append(
            f"{name}: {', '.join(others[:8])}{', …' if len(others) > 8 else ''} of {column} "
            f"{'is' if len(others) == 1 else 'are'} taken as {rest.strip(chr(39))}; allowed are "
            f"{', '.join(TABLES[draft.table][name].allowed)}")
    this = draft.ref(column)
    if all(text == value for text, value in known.items()):
        return this  # written as the contract writes them, or empty so far
    if not by_value:
        return rest
    whens = " ".join(f"when {literal(text)} then '{value}'"
                     for value, texts in by_value.items() for text in texts)
    return f"case {this} {whens} else {rest} end"


def _whole_name(draft: Draft, roles: Roles) -> None:
    """First and last name as one, where the export keeps them apart."""
    if "last_name" in roles and "name" not in roles:
        last = draft.ref(roles["last_name"])
        first = f"coalesce({draft.ref(roles['first_name'])} || ' ', '') || " \
            if "first_name" in roles else ""
        draft.columns["name"] = f"{first}{last}"
