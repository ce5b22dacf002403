"""How each benefit, and each service that was charged, comes to its amount."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import in_currency, words_of
from qbrkit.report.customer.value_lines import (
    LINE,
    MOST_DIGITS,
    few,
    in_order,
    is_plain,
    named,
    part_words,
    round_to,
    whole_lines,
)
from qbrkit.report.exhibits import ColumnView, Html, nothing, table

CALCULATIONS_SHOWN = 16
"""Calculations that are printed, those of the largest amounts."""


def calculation(view: AccountView) -> Html:
    """How each amount is calculated: measured, worth of one, less deductions."""
    words = words_of(view)
    rows = view.tables.get("value_calculations", pd.DataFrame())
    if rows.empty or not {"name", "measured", "unit_value"} & set(rows):
        return nothing()
    rows = _as_in_the_statement(rows, view)
    rows = few(named(in_order(rows[~is_plain(rows)]), words), words, CALCULATIONS_SHOWN)
    if rows.empty:
        return nothing()
    if "quarter" in rows:
        whole = words.say("twelve months")
        rows = rows.drop(columns="quarter") if rows["quarter"].isna().all() else rows.assign(
            quarter=[whole if pd.isna(one) else words.months(one, short=True)
                     for one in rows["quarter"]])
    rows = _with_deduction(rows)
    return table(rows, [
        ColumnView("name", words.say("What"), "sentence"),
        ColumnView("part", words.say("Kind"), words=part_words(words)),
        ColumnView("quarter", words.say("When")),
        ColumnView("measured", words.say("Measured or delivered"), "exact", digits=MOST_DIGITS),
        ColumnView("unit_value", words.say("Value per unit"), "exact", digits=MOST_DIGITS),
        ColumnView("deduction", words.say("Deduction"), "money"),
        ColumnView("amount", words.say("Value"), "money"),
    ], in_currency(words.say("How it is calculated: measured or delivered × value per unit − "
                             "deduction for risk or what was charged"), view), words)


def _as_in_the_statement(rows: pd.DataFrame, view: AccountView) -> pd.DataFrame:
    """Calculations whose amounts add up to those printed in the statement."""
    lines = whole_lines(view)
    if not {*LINE, "amount"} <= set(rows) & set(lines):
        return rows
    printed = {tuple(map(str, one[:-1])): one[-1]
               for one in lines[[*LINE, "amount"]].itertuples(index=False)}
    amounts = [round_to(group["amount"], int(printed[tuple(map(str, key))]))
               for key, group in rows.groupby(LINE, dropna=False)]
    return rows.assign(amount=pd.concat(amounts))


def _with_deduction(rows: pd.DataFrame) -> pd.DataFrame:
    """What was taken off for risk, or charged, as it is printed; no column where it is nothing."""
    if not {"measured", "unit_value", "risk", "charged", "amount"} <= set(rows):
        return rows
    gross = (rows["measured"] * rows["unit_value"]).round()
    is_off = (rows["risk"].fillna(0.0) != 0) | (rows["charged"].fillna(0.0) != 0)
    off = (gross - rows["amount"]).where(is_off | gross.isna(), 0.0)
    return rows.assign(deduction=off) if is_off.any() else rows
