"""The value line by line: confirmed, estimated and soft apart, and part by part."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import has_table, in_currency, words_of
from qbrkit.report.customer.value_lines import (
    AMOUNTS,
    LINE,
    MOST_DIGITS,
    few,
    is_plain,
    named,
    part_words,
    whole_lines,
)
from qbrkit.report.exhibits import ColumnView, Html, nothing, places, table
from qbrkit.report.language import Language
from qbrkit.value import CONFIRMED, ESTIMATED, SOFT


def by_part(view: AccountView) -> Html:
    """Benefit, extra mile and free in the plan; nothing where one of them is the whole."""
    words, parts = words_of(view), view.tables.get("value_by_part", pd.DataFrame())
    money = [one for one in AMOUNTS if one in parts]
    if "part" not in parts or len(parts) < 2 or not parts[money].notna().any(axis=None):
        return nothing()
    return table(parts, [
        ColumnView("part", words.say("Kind"), words=part_words(words)), *_amounts(view, words),
    ], in_currency(words.say("Value you received by kind, confirmed and estimated together"), view),
        words, total=words.say("Total"))


def confirmed(view: AccountView) -> Html:
    """Lines that the customer confirmed or that are documented, with their total."""
    words = words_of(view)
    caption = words.say("Confirmed value")
    if not has_table(view, "value_lines", "class"):
        caption = words.say("What is on record for the last twelve months")
    return _statement(view, CONFIRMED, in_currency(caption, view))


def estimated(view: AccountView) -> Html:
    """Lines that we calculated and nobody has confirmed, with their total."""
    return _statement(view, ESTIMATED, in_currency(words_of(view).say(
        "Estimated value that waits for your confirmation"), view))


def soft(view: AccountView) -> Html:
    """Lines that count in no sum and no return."""
    return _statement(view, SOFT, in_currency(words_of(view).say(
        "Value that is hard to measure, in no other sum and in no return"), view))


def _statement(view: AccountView, kind: str, caption: str) -> Html:
    words, rows = words_of(view), whole_lines(view)
    if "class" in rows:
        rows = rows[rows["class"] == kind]
    elif kind != CONFIRMED:
        return nothing()  # where the classes are not disclosed, one table holds all lines
    if rows.empty or "name" not in rows:
        return nothing()
    rows = named(_with_quantity(rows, view, words), words).assign(proof=_proof(rows, words))
    if (rows["proof"] == "").all():
        rows = rows.drop(columns="proof")
    return table(few(rows, words), [
        ColumnView("name", words.say("What"), "sentence"),
        ColumnView("proof", words.say("Evidence"), "sentence"), *_amounts(view, words),
    ], caption, words, total=words.say("Total") if "class" in rows else "")  # soft is in no sum


def _amounts(view: AccountView, words: Language) -> list[ColumnView]:
    return [ColumnView("amount_quarter_before", words.months(view.quarter - 1, short=True),
                       "money"),
            ColumnView("amount_quarter", words.months(view.quarter, short=True), "money"),
            ColumnView("amount", words.say("Twelve months"), "money")]


def _proof(rows: pd.DataFrame, words: Language) -> list[str]:
    """Evidence of each line, who confirmed it and when, and whether its unit value is old.

    Who confirmed is not told of a line that waits for confirmation. A confirmed line with
    nothing of all that says so: an empty cell would look like a proof that needs none.
    """
    told, names = [], ("evidence", "confirmed_by", "confirmed_on")
    is_whole = {"class", *names} <= set(rows)
    for row in rows.to_dict("records"):
        evidence, who, day = (None if pd.isna(row.get(one)) else row[one]
                              for one in names)
        on = words.date(day, "medium") if day is not None else ""
        by = ", ".join(filter(None, [who, on])) if row.get("class") != ESTIMATED else ""
        is_bare = is_whole and row["class"] == CONFIRMED and not (evidence or by)
        parts = [evidence, words.say("no proof on record") if is_bare else "",
                 words.say("confirmed: {by}", by=by) if by else "",
                 words.say("unit value older than a year") if row.get("is_old") else ""]
        told.append("; ".join(filter(None, parts)))
    return told


def _with_quantity(rows: pd.DataFrame, view: AccountView, words: Language) -> pd.DataFrame:
    """Names of services with how many there were, where that alone makes the amount."""
    made = view.tables.get("value_calculations", pd.DataFrame())
    if not set(LINE) <= set(rows) & set(made):
        return rows
    plain = made[is_plain(made)]
    many = {tuple(map(str, one)): words.number(n, places(n, MOST_DIGITS)) for *one, n in
            plain[[*LINE, "measured"]].itertuples(index=False) if n != 1} if len(plain) else {}
    names = [f"{many[key]} × {key[1]}" if key in many else name for key, name in zip(
        rows[LINE].astype("str").itertuples(index=False, name=None), rows["name"], strict=True)]
    return rows.assign(name=pd.Series(names, index=rows.index, dtype="str"))
