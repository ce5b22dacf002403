"""The section [company] of a proposed qbr.toml: guessed, and marked as guessed."""

import json
from pathlib import Path

import pandas as pd
from babel.numbers import get_territory_currencies

from qbrkit.countries import find_countries
from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.matching import Roles, find_roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey

LINES = "invoice_lines"
USUAL = "EUR"
SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
"""Signs beside amounts, and the currency that they mostly mean."""
DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"}
"""Currencies that are written with $ at home."""
MONEY = ("revenue", "gross", "unit_price")


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
    return _by_sign(survey, drafts, native)


def _by_sign(survey: Survey, drafts: list[Draft], native: dict[str, Export]) -> tuple[str, str]:
    """The currency by the sign of every amount; a dollar is that of the customers' country."""
    unknown = USUAL, "no column tells the currency; write the company's own"
    lines = _source_of(LINES, survey, drafts, native)
    roles = find_roles(lines, LINES) if lines else Roles()
    column = next((roles[role] for role in MONEY if role in roles), "")
    if not lines or not column:
        return unknown
    amount = f"cast({bare(column)} as varchar)"
    signs = [sign for sign, in survey.ask(
        f"select distinct regexp_extract({amount}, '[€£$]') from raw.{lines.name} "
        f"where regexp_matches({amount}, '[0-9]')")]
    if len(signs) != 1 or signs[0] not in SIGNS:
        return unknown
    told = f"no column tells the currency, and every {column} is written with {signs[0]}"
    if signs[0] != "$":
        return SIGNS[signs[0]], told
    countries = _countries(survey, drafts, native)
    own = sorted({code for country in countries for code in get_territory_currencies(country)
                  if code in DOLLARS})
    if len(own) == 1:
        return own[0], f"{told}; the countries of the customers are {', '.join(countries[:3])}"
    return SIGNS["$"], f"{told}; which dollar is it?"


def _countries(survey: Survey, drafts: list[Draft], native: dict[str, Export]) -> list[str]:
    """ISO codes of the customers' countries, the most frequent first."""
    accounts = _source_of("accounts", survey, drafts, native)
    column = find_roles(accounts, "accounts").get("country") if accounts else ""
    if not accounts or not column:
        return []
    written = [text for text, in survey.ask(
        f"select cast({bare(column)} as varchar) from {accounts.name} "
        f"where {bare(column)} is not null group by 1 order by count(*) desc, 1")]
    return list(dict.fromkeys(find_countries(pd.Series(written, dtype="str")).dropna()))


def _source_of(table: str, survey: Survey, drafts: list[Draft],
               native: dict[str, Export]) -> Export | None:
    """The source a table of the contract comes from."""
    found = next((one.source for one in drafts if one.table == table), "")
    return native.get(table) or survey.exports.get(found)


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
