"""Can the figures be trusted? What became of the rows, what is missing, every problem found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.columns import TABLES
from qbrkit.periods import last_twelve_months
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, note, nothing, table
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import names_of, words_of
from qbrkit.report.words import family_words, listed_names

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview
    from qbrkit.sources.workspace import RowCount


def state(review: QuarterReview) -> Html:
    """What became of the rows of the exports, and what the figures do not know."""
    words, currency = words_of(review), review.settings.company.currency
    told = [sentence for name, count in review.counts.items() if count.refused or count.repaired
            for sentence in _rows_told(name, count, words, currency)]
    if not any(count.refused for count in review.counts.values()):
        told.insert(0, words.say("Every row of the exports could be used.") if not told else
                    words.say("No row of the exports had to be left out."))
    return finding(*told, _of_nobody(review, words), _without_cost(review, words),
                   _given_away(review, words), _shared_names(review, words),
                   _without_name(review, words))


def _of_nobody(review: QuarterReview, words: Language) -> str:
    """Lines that no account was named on, in all and in the last twelve months."""
    currency = review.settings.company.currency
    loose = review.totals["revenue_not_assigned"]
    if abs(loose) < PRINTED_AS_ZERO:
        return ""
    year = last_twelve_months(review.quarter)
    of_year = review.facts.loc[review.facts["account_id"].isna()
                               & review.facts["quarter"].isin(year), "revenue"].sum()
    return words.say("Lines without an account make {money} in all, {year} of it in the last "
                     "twelve months; they count for the company and for no account.",
                     money=words.money(loose, currency), year=words.money(of_year, currency))


def _without_cost(review: QuarterReview, words: Language) -> str:
    """Lines whose cost is not known, and the family where most of them are."""
    unknown = int(review.facts["lines_without_cost_n"].sum())
    lines = review.totals["lines"]
    if not unknown or unknown == lines:
        return ""
    by_family = review.facts.groupby("family")["lines_without_cost_n"].sum()
    family, most = by_family.idxmax(), by_family.max()
    return words.count(
        "{n} line has no cost ({share}), {most} of them in {family}; its margin is a range.",
        "{n} lines have no cost ({share}), {most} of them in {family}; their margin is a range.",
        unknown, share=words.percent(unknown / lines), most=words.percent(most / unknown, 0),
        family=family_words(words).get(str(family), str(family)))


def _given_away(review: QuarterReview, words: Language) -> str:
    """Goods for nothing in the last twelve months: their list value, and who got most."""
    year = last_twelve_months(review.quarter)
    free = review.facts[review.facts["quarter"].isin(year)].groupby("account_id")[
        "free_list_value"].sum()
    total = free.sum()
    if not total >= PRINTED_AS_ZERO:
        return ""
    most = review.accounts[review.accounts["account_id"] == free.idxmax()]
    currency = review.settings.company.currency
    return words.say("Goods worth {total} at list price were given away in the last twelve "
                     "months, {most} of it to {name}; they have a cost and no revenue.",
                     total=words.money(total, currency), most=words.money(free.max(), currency),
                     name=names_of(most, words))


def _shared_names(review: QuarterReview, words: Language) -> str:
    """Names that stand for several accounts, the one with most accounts first."""
    names = review.accounts["name"].value_counts()
    shared = names[names > 1].rename_axis("name").reset_index().sort_values(
        ["count", "name"], ascending=[False, True])
    if shared.empty:
        return ""
    told = listed_names([f"{name} ({words.number(count)})" for name, count in zip(
        shared["name"], shared["count"], strict=True)], words)
    return words.count("{n} name stands for several accounts: {names}; if they are one customer, "
                       "give them one parent_id.",
                       "{n} names stand for several accounts each: {names}; where they are one "
                       "customer, give them one parent_id.", len(shared), names=told)


def _without_name(review: QuarterReview, words: Language) -> str:
    """Accounts that only an id is known of, where others have names."""
    nameless = review.accounts[review.accounts["name"] == review.accounts["account_id"]]
    if nameless.empty or len(nameless) == len(review.accounts):
        return ""
    currency = review.settings.company.currency
    return words.count(
        "{n} account has no name; it bought for {money} in twelve months.",
        "{n} accounts have no name; they bought for {money} in twelve months.", len(nameless),
        money=words.money(nameless["revenue_ltm"].sum(), currency))


def _rows_told(name: str, count: RowCount, words: Language, currency: str) -> Iterator[str]:
    """What became of the rows of one table that could not be used as they are."""
    if count.refused and count.revenue_refused is not None:
        yield words.count(
            "{n} row of {table} could not be used and is left out; its revenue, where known, is "
            "{money}.", "{n} rows of {table} could not be used and are left out; their revenue, "
            "where known, is {money}.", count.refused, table=name,
            money=words.money(count.revenue_refused, currency))
    elif count.refused:
        yield words.count("{n} row of {table} could not be used and is left out.",
                          "{n} rows of {table} could not be used and are left out.",
                          count.refused, table=name)
    if count.foreign_refused:
        yield words.count("{n} of these lines is in another currency and not in the sum.",
                          "{n} of these lines are in other currencies and not in the sum.",
                          count.foreign_refused)
    if count.repeated:
        yield words.count("{n} row of {table} repeats another one and counts once with it.",
                          "{n} rows of {table} repeat other ones and count once with them.",
                          count.repeated, table=name)
    if damaged := count.repaired - count.repeated:
        yield words.count("{n} row of {table} counts without a value that could not be read.",
                          "{n} rows of {table} count without a value that could not be read.",
                          damaged, table=name)


def problems(review: QuarterReview) -> Html:
    """Every problem found in the exports, the one with most money first."""
    words = words_of(review)
    if not review.problems:
        return not_available(words.say("No problem was found in the exports."))
    rows = pd.DataFrame([{"table": problem.table, "what": problem.sentence(), "rows": problem.rows,
                          "money": problem.money} for problem in review.problems])
    rows = rows.astype({"money": "float64"})
    order = rows["money"].abs().fillna(-1.0).sort_values(ascending=False, kind="stable").index
    return table(rows.loc[order], [
        ColumnView("table", words.say("Table")),
        ColumnView("what", words.say("Problem"), "sentence"),
        ColumnView("rows", words.say("Rows"), "number"),
        ColumnView("money", words.say("Revenue, {currency}",
                                      currency=review.settings.company.currency), "money"),
    ], words.say("Problems found in the exports"), words)


def missing_tables(review: QuarterReview) -> Html:
    """Tables the exports do not hold, each of which would switch a section on."""
    words = words_of(review)
    absent = [name for name in TABLES if name not in review.tables]
    if not absent:
        return nothing()
    return note(words.say("Not in the exports, and so not in the figures: {tables}.",
                          tables=words.listed(absent)))
