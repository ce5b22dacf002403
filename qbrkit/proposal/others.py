"""Deals, contacts, activities and further tables of the contract, from sources that name them."""

from qbrkit.columns import TABLES
from qbrkit.proposal.drafts import Draft, share_text
from qbrkit.proposal.export import Export
from qbrkit.proposal.headings import HEADINGS, VALUES
from qbrkit.proposal.joins import ENOUGH, Join, measure
from qbrkit.proposal.lines import Lines
from qbrkit.proposal.masters import Master
from qbrkit.proposal.matching import Roles, find_roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.rates import take_direction
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import is_file_of, value_for
from qbrkit.sources.recognize import literal

PROPOSED = ("contacts", "activities", "deals", "complaints", "exchange_rates", "targets")
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
                 and (roles := _complete(table, find_roles(export, table))) is not None]
        for _, export, roles in sorted(found, key=lambda one: -one[0])[:1]:
            draft = _drafted(survey, table, export, roles, accounts, lines)
            if draft:
                used.add(export.name)
                drafts.append(draft)
    return drafts


def _complete(table: str, roles: Roles) -> Roles | None:
    """The roles, when those that the contract requires are among them."""
    return roles if all(name in roles for name in TABLES[table].required) \
        and any(name in roles for name in HEADINGS[table]) else None


def _drafted(survey: Survey, table: str, export: Export, roles: Roles, accounts: Master,
             lines: Lines) -> Draft | None:
    draft = Draft(table, export.name)
    account = ""
    if "account_id" in roles:
        account = _account(survey, export, roles["account_id"], accounts, lines, draft)
        if not account and "account_id" in TABLES[table].required:
            return None
    for name in TABLES[table].names:
        if name == "account_id":
            if account:
                draft.columns[name] = account
        elif name in roles:
            draft.columns[name] = (_by_values(survey, export, draft, name, roles[name])
                                   if TABLES[table][name].allowed else draft.ref(roles[name]))
            if name in roles.guessed:
                draft.questions.append(f"{roles[name]} is taken as {name}")
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
    if "account_id" in TABLES[draft.table].required:
        _leave_out(survey, draft, f"{home.name}.{bare(key)}")
    return f"{home.name}.{bare(key)}"


def _leave_out(survey: Survey, draft: Draft, account: str) -> None:
    """Leave out records of companies that are no customers of the lines' system, and say so."""
    joined = " ".join(f"left join {join.right} on {join.condition()}" for join in draft.joins)
    ((rows,),) = survey.ask(f"select count(*) from {draft.source} {joined} where {account} is null")
    if rows:
        draft.tail = f"where {account} is not null"
        draft.notes.append(f"{rows:,} records have no account with {account} and are left out")


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
    rest = {"outcome": "'open'"}.get(name, "null")
    if others or len(values) > MOST_VALUES:
        draft.questions.append(
            f"{name}: {', '.join(others[:8])}{', …' if len(others) > 8 else ''} of {column} "
            f"{'is' if len(others) == 1 else 'are'} taken as {rest.strip(chr(39))}; allowed are "
            f"{', '.join(VALUES.get((draft.table, name), {}))}")
    if not by_value:
        return rest
    this = draft.ref(column)
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
