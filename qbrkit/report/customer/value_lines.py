"""Lines of the value as they are printed: whole units that add up, in order, not too many."""

import numpy as np
import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.language import Language
from qbrkit.value import BENEFIT, CONFIRMED, ESTIMATED, EXTRA_MILE, FREE_IN_PLAN, SOFT

LINES_SHOWN = 12
"""Lines of one table that are printed one by one; the smaller ones become one line."""
AMOUNTS = ["amount_quarter_before", "amount_quarter", "amount"]
LINE = ["part", "name", "class"]
"""What makes a line."""
MOST_DIGITS = 4
"""Decimals of what was measured and of the value per unit, each as many as it has."""


def whole_lines(view: AccountView) -> pd.DataFrame:
    """Lines in whole units: confirmed and estimated together make the rounded whole."""
    lines = view.tables.get("value_lines", pd.DataFrame())
    money = [one for one in AMOUNTS if one in lines]
    if "class" not in lines:
        return in_order(lines)
    sure, guess, other = (lines["class"] == one for one in (CONFIRMED, ESTIMATED, SOFT))
    for one in money:
        amounts = lines[one]
        whole, confirmed = round(amounts[sure | guess].sum()), round(amounts[sure].sum())
        lines = lines.assign(**{one: pd.concat([
            round_to(amounts[sure], confirmed), round_to(amounts[guess], whole - confirmed),
            round_to(amounts[other], round(amounts[other].sum()))]).reindex(lines.index)})
    return in_order(lines)


def round_to(parts: pd.Series, total: int) -> pd.Series:
    """Whole amounts that add up to a whole total, each as near to its part as that allows.

    Parameters
    ----------
    parts : Series
        Amounts; missing ones stay missing. [currency]
    total : int
        What they have to add up to; near to their sum.

    Returns
    -------
    Series
        Whole amounts; those nearest to the next whole unit give way. Without any amount
        that is known, nothing adds up to anything.
    """
    known = parts.dropna()
    if known.empty:
        return parts
    rounded = np.floor(known)
    surplus = int(total - rounded.sum())
    order = (known - rounded).sort_values(ascending=surplus < 0, kind="stable").index
    each, rest = divmod(abs(surplus), len(known))
    step = pd.Series(float(each), index=known.index)
    step[order[:rest]] += 1
    return (rounded + np.sign(surplus) * step).reindex(parts.index)


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Confirmed first, then estimated, then soft; the largest amounts first."""
    order = {CONFIRMED: 0, ESTIMATED: 1, SOFT: 2}
    at = rows["class"].map(order) if "class" in rows else 0
    size = rows.get("amount", 0.0)
    return rows.assign(at=at, size=size).sort_values(
        ["at", "size"], ascending=[True, False], na_position="last", kind="stable").drop(
            columns=["at", "size"])


def few(rows: pd.DataFrame, words: Language, lines_n: int = LINES_SHOWN) -> pd.DataFrame:
    """The largest lines, whatever their sign, and the sum of the others as one line."""
    if len(rows) <= lines_n or "amount" not in rows:
        return rows
    largest = rows["amount"].abs().sort_values(ascending=False, kind="stable").index[
        :lines_n - 1]
    is_shown = rows.index.isin(largest)
    others = rows[~is_shown]
    sums = {one: others[one].sum(min_count=1) for one in AMOUNTS if one in others}
    name = words.count("{n} more item", "{n} more items", len(others))
    return pd.concat([rows[is_shown], pd.DataFrame([{"name": name, **sums}])], ignore_index=True)


def named(rows: pd.DataFrame, words: Language) -> pd.DataFrame:
    """Lines that have a name, each of them."""
    if "name" not in rows:
        return rows
    return rows.assign(name=rows["name"].fillna(words.say("without a name")))


def is_plain(rows: pd.DataFrame) -> pd.Series:
    """Services at one list value and not charged: the statement tells how many."""
    if not {"part", "quarter", "charged", "measured"} <= set(rows):
        return pd.Series(False, index=rows.index)
    return ((rows["part"] != BENEFIT) & rows["quarter"].isna()
            & (rows["charged"].fillna(0.0) == 0))


def part_words(words: Language) -> dict[str, str]:
    """Names of the parts of the value."""
    return {BENEFIT: words.say("benefit"), EXTRA_MILE: words.say("extra service"),
            FREE_IN_PLAN: words.say("free in your plan")}
