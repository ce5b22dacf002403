"""The section [company] of a proposed qbr.toml: guessed, and marked as guessed."""

import json
from pathlib import Path

from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.survey import Survey

LINES = "invoice_lines"
USUAL = "EUR"


def company_section(folder: Path, survey: Survey, drafts: list[Draft],
                    native: dict[str, Export]) -> tuple[str, list[str]]:
    """The section, and the questions in it."""
    name = folder.resolve().name.replace("_", " ").replace("-", " ").strip() or "Company"
    name = name if any(letter.isupper() for letter in name) else name.title()
    currency, question = _currency(survey, drafts, native)
    questions = ["the company's name is taken from the folder", *([question] if question else []),
                 "the fiscal year is taken to start in January"]
    lines = ["[company]",
             f"name = {json.dumps(name, ensure_ascii=False)}   # ? taken from the folder's name",
             f'currency = "{currency}"' + (f"   # ? {question}" if question else
                                           "   # the currency of the lines"),
             "fiscal_year_start = 1   # ? the month in which the fiscal year starts"]
    return "\n".join(lines), questions


def _currency(survey: Survey, drafts: list[Draft], native: dict[str, Export]) -> tuple[str, str]:
    """The currency of the lines when there is one, else a guess and the question about it."""
    if LINES in native:
        export = native[LINES]
        found = _codes(survey, "currency", export.name) if "currency" in export.columns else []
    else:
        draft = next((one for one in drafts if one.table == LINES), None)
        given = draft.columns.get("currency") if draft else None
        joins = " ".join(f"left join {join.right} on {join.condition()}"
                         for join in draft.joins) if draft else ""
        found = _codes(survey, given, f"{draft.source} {joins}") if draft and given else []
    if len(found) == 1:
        return found[0], ""
    own = [code for code in found if code not in _with_rates(survey, drafts, native)]
    if len(own) == 1:
        rest = [code for code in found if code != own[0]]
        return own[0], (f"the currency of the lines that has no exchange rate; "
                        f"{', '.join(rest[:5])} {'is' if len(rest) == 1 else 'are'} converted by "
                        "exchange_rates")
    if found:
        return found[0], (f"the most frequent currency of the lines, which also are in "
                          f"{', '.join(found[1:6])}; those need [tables.exchange_rates]")
    return USUAL, "no column tells the currency; write the company's own"


def _with_rates(survey: Survey, drafts: list[Draft], native: dict[str, Export]) -> list[str]:
    """Currencies that exchange rates convert: all but the company's own."""
    if "exchange_rates" in native:
        return _codes(survey, "currency", native["exchange_rates"].name)
    draft = next((one for one in drafts if one.table == "exchange_rates"), None)
    return _codes(survey, draft.columns["currency"], f"(select * from {draft.source} "
                  f"{draft.tail})") if draft else []


def _codes(survey: Survey, column: str, relation: str) -> list[str]:
    """Currency codes, the most frequent first."""
    return [code for code, in survey.ask(
        f"select upper({column}) from {relation} where {column} is not null "
        "group by 1 order by count(*) desc, 1")]
