"""The table of targets: what was reached, what lacks, and which accounts made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.growth.targets import ACCOUNT, COMPANY, OWNER, TERRITORY
from qbrkit.report.exhibits import ColumnView, Html, nothing, table
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import NAMED

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

ORDER = [COMPANY, TERRITORY, OWNER, ACCOUNT]


def levels_table(review: QuarterReview) -> Html:
    """Every target of the quarter with what was reached, the largest miss of a view first."""
    words, currency = words_of(review), review.settings.company.currency
    if review.targets is None:
        return nothing()
    named = name_levels(review.targets.levels, review)
    if not named["comparison"].eq("quarter").any():
        return nothing()
    named = named.assign(known=named["name"].fillna(""))
    year = named[named["comparison"] == "year"].set_index(["level", "known"])["revenue_gap"]
    rows = named[named["comparison"] == "quarter"]
    place = rows["level"].map({one: at for at, one in enumerate(ORDER)})
    rows = rows.assign(place=place).sort_values(["place", "revenue_gap", "told"])
    rows = rows.assign(
        part=rows["revenue"] / rows["revenue_target"].where(rows["revenue_target"] > 0),
        year_gap=year.reindex(pd.MultiIndex.from_frame(rows[["level", "known"]])).to_numpy(),
        view=rows["level"].mask((rows["level"] == COMPANY) & ~covers_all(rows),
                                rows["from_level"]),
        margin_gap=_margin_gap(rows),
        causes=[_causes(row, review, words) for row in rows.to_dict("records")])
    return table(rows, [
        ColumnView("told", words.say("Target of")),
        ColumnView("view", words.say("View"), words=level_words(words)),
        ColumnView("revenue_target", words.say("Target, {currency}", currency=currency), "money"),
        ColumnView("revenue", words.say("Reached, {currency}", currency=currency), "money"),
        ColumnView("revenue_gap", words.say("Difference, {currency}", currency=currency), "money"),
        ColumnView("part", words.say("Reached"), "percent"),
        ColumnView("margin_gap", words.say("Gross margin, difference, {currency}",
                                           currency=currency), "money"),
        ColumnView("year_gap", words.say("Twelve months, difference, {currency}",
                                         currency=currency), "money"),
        ColumnView("causes", words.say("Bought less than a year before, {currency}",
                                       currency=currency), "sentence"),
    ], words.say("Revenue of the quarter against target; the views overlap and are not added up"),
        words)


def level_words(words: Language) -> dict[str, str]:
    """Names of the views."""
    return {COMPANY: words.say("company"), TERRITORY: words.say("territory"),
            OWNER: words.say("account manager"), ACCOUNT: words.say("account")}


def covers_all(rows: pd.DataFrame) -> pd.Series:
    """Whether the targets of a row cover all revenue; asked of the rows of the company."""
    return rows["revenue_not_covered"].abs() < PRINTED_AS_ZERO


def name_levels(rows: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """Rows of targets with the name they are told by, in whole amounts that add up as printed."""
    words = words_of(review)
    whole = rows[["revenue", "revenue_target"]].round()
    everything = (rows["revenue"] + rows["revenue_not_covered"]).round()
    rows = rows.assign(**whole, revenue_gap=whole["revenue"] - whole["revenue_target"],
                       revenue_not_covered=everything - whole["revenue"])
    labels = review.labels
    is_account = rows["level"] == ACCOUNT
    told = rows["name"].mask(is_account, rows["name"].map(labels).astype("str").fillna(
        rows["name"]))
    is_part = (rows["level"] == COMPANY) & ~covers_all(rows)
    told = told.mask(is_part, words.say("All with a target"))
    for level, text in ((COMPANY, words.say("The company")),
                        (TERRITORY, words.say("no territory")),
                        (OWNER, words.say("no account manager"))):
        told = told.mask(told.isna() & (rows["level"] == level), text)
    return rows.assign(told=told)


def causes_of(row: dict, review: QuarterReview) -> pd.DataFrame:
    """Accounts that made one miss, the largest fall first, with their labels."""
    if review.targets is None:
        return pd.DataFrame()
    causes = review.targets.causes
    same_name = causes["name"].isna() if row["level"] == COMPANY else causes["name"] == row["name"]
    found = causes[(causes["level"] == row["level"]) & same_name
                   & (causes["comparison"] == row["comparison"])]
    labels = review.labels
    return found.assign(label=found["account_id"].map(labels), change=found["change"].round())


def _causes(row: dict, review: QuarterReview, words: Language) -> str:
    """The largest falls below a missed target."""
    if not row["revenue_gap"] <= -PRINTED_AS_ZERO:
        return ""
    falls = causes_of(row, review).head(NAMED).to_dict("records")
    if row["level"] == ACCOUNT:  # the account itself
        return "".join(words.number(one["change"]) for one in falls)
    return "; ".join(f"{one['label']} {words.number(one['change'])}" for one in falls)


def _margin_gap(rows: pd.DataFrame) -> pd.Series:
    """Middle of the gross margin minus its target."""
    middle = (rows["gross_margin_low"] + rows["gross_margin_high"]) / 2
    return (middle - rows["margin_target"]).where(np.isfinite(rows["margin_target"]))
