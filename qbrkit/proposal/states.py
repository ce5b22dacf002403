"""Records among the lines that are perhaps no sales: cancelled, drafts, deleted, rejected."""

import re

from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import plain
from qbrkit.sources.recognize import literal

NO_SALE = set(
    "cancelled canceled cancel cancelation cancellation void voided draft deleted rejected "
    "declined storno storniert stornierung annulliert annullato entwurf geloescht abgelehnt "
    "ungueltig verworfen annule supprime brouillon cancelado anulado".split())
"""Values of a state whose records are perhaps no sales."""
BEGINNINGS = ("cancel", "storn", "annull")
"""Beginnings of such values that have further words: Cancelled by customer."""
FLAGS = set("cancelled canceled iscancelled iscanceled void isvoid voided isvoided deleted "
            "isdeleted isdraft draft storniert geloescht loekz rejected isrejected cancelflag "
            "stornokz stornokennzeichen loeschkennzeichen".split())
"""Headings whose marked records are such, whatever the mark."""
MARKS = {"x", "1", "true", "yes", "y", "ja", "j", "t"}
MOST_STATES = 15
MOST_CURRENCIES = 3


def ask_about_states(survey: Survey, draft: Draft) -> None:
    """Ask whether cancelled records count, for each column of few values that tells such ones.

    Nothing is left out before the analyst says so: the ``where`` stands in the SQL as a comment.

    Parameters
    ----------
    survey : Survey
        All sources.
    draft : Draft
        The invoice lines with their amounts and joins; question and ``where`` are added.
    """
    written = " ".join(draft.columns.values())
    for source in dict.fromkeys([draft.source, *(join.right for join in draft.joins)]):
        export = survey.exports[source]
        for column in export.columns.values():
            is_free = not re.search(rf'(?<![\w"]){re.escape(bare(column.name))}(?![\w"])', written)
            if is_free and 1 <= column.distinct <= MOST_STATES and export.has_header:
                _ask(survey, draft, export, column.name)


def _ask(survey: Survey, draft: Draft, export: Export, column: str) -> None:
    is_flag = plain(column) in FLAGS
    values = [value for value, in survey.ask(
        f"select distinct cast({bare(column)} as varchar) from {export.name} "
        f"where {bare(column)} is not null order by 1")]
    told = [value for value in values
            if _is_no_sale(value) or (is_flag and plain(value) in MARKS)]
    if not told:
        return
    this = f"cast({draft.ref(column, export.name)} as varchar)" \
        if export.columns[column].kind != "text" or is_flag else draft.ref(column, export.name)
    listed = ", ".join(map(literal, told))
    rows, money = counted(survey, draft, f"{this} in ({listed})")
    if not rows:
        return
    keeping = " and ".join(f"{this} is distinct from {literal(value)}" for value in told)
    draft.offered.append(keeping)
    draft.questions.append(
        f"{column} is {' or '.join(told)} in {counting(rows, 'line')}"
        f"{f' ({money})' if money else ''} that count here: are they sales? If not, take the -- "
        "before its condition at the end of the SQL away")


def _is_no_sale(value: str) -> bool:
    first = plain(re.split(r"[\W_]+", value.strip())[0])
    return plain(value) in NO_SALE or first.startswith(BEGINNINGS)


def counting(number: int, noun: str) -> str:
    """A number and what it counts: 1 line, 2 lines."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def counted(survey: Survey, draft: Draft, condition: str) -> tuple[int, str]:
    """Lines that meet a condition, and their revenue in each currency as a phrase."""
    joined = " ".join(f"left join {join.right} on {join.condition()}" for join in draft.joins)
    currency = draft.columns.get("currency", "''")
    found = survey.ask(
        f"select coalesce(upper({currency}), ''), count(*), "
        f"cast(sum({draft.columns['revenue']}) as decimal(38, 2)) "
        f"from {draft.source} {joined} where {condition} group by 1 order by 2 desc, 1")
    known = [f"{total:,} {code}".strip() for code, _, total in found if total is not None]
    more = ", …" if len(known) > MOST_CURRENCIES else ""
    return sum(rows for _, rows, _ in found), ", ".join(known[:MOST_CURRENCIES]) + more
