"""Sources that could be the invoice lines, each with the joins that bring what it lacks."""

from dataclasses import dataclass, field

from qbrkit.proposal.amounts import find_amounts
from qbrkit.proposal.export import Export
from qbrkit.proposal.headings import FILE_WORDS, OTHER_FILES
from qbrkit.proposal.joins import Join, find_join, find_twin, measure
from qbrkit.proposal.matching import Roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import is_file_of, plain, words_of

TABLE = "invoice_lines"
BILLED = set("invoice invoices rechnung rechnungen rechnungspositionen faktura fakturen billing "
             "vbrp vbrk custinvoicetrans salesinvoiceline invoicelines postedsalesinvoice".split())
KEYS_OF_A_LINE = ("invoice_id", "line_id", "product_id")
CALENDAR = {"date", "dates", "calendar", "time", "kalender", "datum", "zeit", "day", "days", "tag"}


@dataclass
class Candidate:
    """A source with amounts, and the joins that bring date and account.

    `twin` is a source that holds amounts of the very same lines, one record a line.
    """

    export: Export
    roles: Roles
    joins: list[Join] = field(default_factory=list)
    date: tuple[str, str] | None = None
    account: tuple[str, str] | None = None
    twin: str = ""
    score: float = 0.0


def is_something_else(export: Export, roles: Roles) -> bool:
    """Whether the file's name says that its amounts are no sales."""
    words = words_of(export.label)
    sells = bool(words & (set(FILE_WORDS[TABLE].split()) - {"fact"}))
    other = bool(words & set(OTHER_FILES.split()))
    is_master = any(is_file_of(table, export.label) for table in ("products", "accounts"))
    return other or (is_master and "quantity" not in roles and not sells)


def score_of(one: Candidate) -> float:
    """How much a source looks like invoice lines: detail first, then invoices before orders."""
    roles, words = one.roles, words_of(one.export.label)
    return (2.0 * ("quantity" in roles) - 2.0 * (not _is_amount(roles))
            + ("product_id" in roles) + ("invoice_id" in roles)
            + ("unit_price" in roles) + 2.0 * bool(words & BILLED)
            + bool(words & set(FILE_WORDS[TABLE].split()))
            - 0.5 * len(one.joins) - ("revenue" in roles.guessed))


def _is_amount(roles: Roles) -> bool:
    """Whether the amount of a line is sure, and not a price without a quantity."""
    return "revenue" in roles or "gross" in roles or "quantity" in roles


def total_of(survey: Survey, one: Candidate) -> float:
    """The sum of its amounts: of two like sources the larger one matters."""
    way = find_amounts(survey, one.export, one.roles, bare).columns["revenue"]
    ((total,),) = survey.ask(f"select sum({way}) from {one.export.name}")
    return float(total or 0)


def completed(survey: Survey, export: Export, roles: dict[str, Roles]) -> Candidate:
    """A source with the joins that bring the date and the account it lacks."""
    one = Candidate(export, roles[export.name])
    date = one.roles.get("invoice_date")
    if date and export.columns[date].is_date:
        one.date = (export.name, date)
    elif date:
        _join_calendar(survey, one, date)
    is_sure = "account_id" in one.roles and "account_id" not in one.roles.guessed
    if is_sure:
        one.account = (export.name, one.roles["account_id"])
    if not one.date or not one.account:
        _join_head(survey, one, roles)
    if not one.account and "account_id" in one.roles:  # only a guess, and no head brings a sure one
        one.account = (export.name, one.roles["account_id"])
    if export.has_header and "quantity" in one.roles:
        _join_twin(survey, one, roles)
    return one


def lacking_amounts(ours: Roles, theirs: Roles) -> list[str]:
    """Amounts that a twin brings and the lines do not have."""
    wanted = [role for role in ("revenue", "cost") if role not in ours]
    return [role for role in wanted if role in theirs
            and not (role == "cost" and "unit_cost" in ours)]


def _join_twin(survey: Survey, one: Candidate, roles: dict[str, Roles]) -> None:
    """Join the source that holds the amounts of these lines, line by line."""
    joined = {join.right for join in one.joins}
    twins = []
    for name, other in survey.exports.items():
        theirs = roles[name]
        brings = lacking_amounts(one.roles, theirs)
        if (name in joined | {one.export.name} or not brings or not other.has_header
                or is_something_else(other, theirs)):
            continue
        same = [(one.roles[role], theirs[role]) for role in KEYS_OF_A_LINE
                if role in one.roles and role in theirs]
        if join := find_twin(survey, one.export, other, same):
            twins.append((len(brings), join.share, join))
    if twins:
        join = max(twins, key=lambda entry: entry[:2])[2]
        one.joins.append(join)
        one.twin = join.right


def _join_head(survey: Survey, one: Candidate, roles: dict[str, Roles]) -> None:
    """Join the source of invoice or order heads that brings what the lines lack."""
    found: list[tuple[int, float, Join]] = []
    for name, head in survey.exports.items():
        theirs = roles[name]
        brings = _date_and_account(head, theirs, one.roles)
        wanted = ([] if one.date else ["invoice_date"]) + ([] if one.account else ["account_id"])
        if name == one.export.name or not set(wanted) & set(brings) or "invoice_date" not in brings:
            continue
        same = [(one.roles[role], theirs[role]) for role in ("invoice_id",)
                if role in one.roles and role in theirs]
        join = find_join(survey, one.export, head, same)
        if join:
            found.append((len(set(wanted) & set(brings)), join.share, join))
    if not found:
        return
    join = max(found, key=lambda entry: entry[:2])[2]
    theirs = roles[join.right]
    brings = _date_and_account(survey.exports[join.right], theirs, one.roles)
    one.joins.append(join)
    if not one.date and "invoice_date" in brings:
        one.date = (join.right, theirs["invoice_date"])
    if not one.account and "account_id" in brings:
        one.account = (join.right, theirs["account_id"])


def _date_and_account(head: Export, theirs: Roles, ours: Roles) -> list[str]:
    """What a head brings; a guess of its own is no better than one of the lines."""
    found = []
    if "invoice_date" in theirs and head.columns[theirs["invoice_date"]].is_date:
        found.append("invoice_date")
    if "account_id" in theirs and not ("account_id" in theirs.guessed and "account_id" in ours):
        found.append("account_id")
    return found


def _join_calendar(survey: Survey, one: Candidate, key: str) -> None:
    """Join the table of days that a date key leads to."""
    for name, calendar in survey.exports.items():
        days = [column.name for column in calendar.columns.values() if column.is_date
                and column.is_unique]
        keys = [column.name for column in calendar.columns.values() if column.is_unique
                and column.kind in {"whole", "text"} and column.name not in days]
        is_calendar = words_of(calendar.label) & CALENDAR
        if name == one.export.name or not days or not keys or not is_calendar:
            continue
        joins = [measure(survey, one.export, calendar, [(key, theirs)]) for theirs in keys]
        best = max(joins, key=lambda join: (join.share, plain(join.pairs[0][1]).endswith("key")))
        if best.share > 0.5:
            one.joins.append(best)
            one.date = (name, days[0])
            return
