"""A customer's view in which every entry of the allow-list holds something of its own.

Each value can be told from all others on the page, so that a test can say where it stands and
whether it is gone.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from companies import check, once
from notebook_page import cells, charts_as_texts

from qbrkit.columns import Column
from qbrkit.commitments import DROPPED, KEPT, MISSED, OPEN, OVERDUE
from qbrkit.disclosure import AccountView, allowed, read_view, write_view
from qbrkit.disclosure.account_view import SCHEMA
from qbrkit.report.language import language

ROWS = 3
NUMBERS = {"money", "number", "share"}
CODES = {
    "side": ("ours", "theirs", "ours"), "part": ("benefit", "extra_mile", "free_in_plan"),
    "class": ("confirmed", "estimated", "soft"), "better": ("less", "more", "less"),
    "plan_only": (True, True, False), "item": ("value", "paid", "effort"),
    "kind": ("extra_mile", "rebate", "one_off"), "season": ("peak", "trough", ""),
    "is_old": (True, False, True),
    "is_later": (False, False, True)}
"""Columns whose values are codes, which the page writes in words of its own."""
OUTCOMES = {"promises": (KEPT, MISSED, DROPPED), "upcoming": (OPEN, OVERDUE, OPEN),
            "service_levels": (KEPT, MISSED, KEPT), "service_history": (KEPT, MISSED, KEPT)}
ACCOUNT = {"name": "Zzclient", "currency": "CHF", "language": "de", "owner": "Zzmanager"}
COMPANY = {"name": "Zzcompany", "accent": "#a1b2c3", "logo": "data:image/png;base64,Zzlogo"}
CODED = {"language", "is_renewed", *CODES, "outcome", "window_start", "window_end", "year_from",
         "year_until", "calendar_month", "quarter", "review_quarter"}
PLAN_YEAR = {"year_from": "2026-01-01", "year_until": "2026-12-31", "is_renewed": True}
"""A plan year that is the same for all components, and over."""
SHARED = {("value_lines", "name"): "benefit", ("value_calculations", "name"): "benefit",
          ("service_levels", "measure"): "service", ("service_history", "measure"): "service",
          ("service_levels", "member"): "member", ("service_history", "member"): "member",
          ("service_levels", "unit"): "unit", ("service_history", "unit"): "unit"}
"""Columns by which rows of two tables belong together: their values stand on the page twice."""


class Entry(NamedTuple):
    """One entry of the allow-list: in which part of the view, of which table, its column."""

    part: str
    table: str
    column: str


def entries() -> list[Entry]:
    """Every entry of the allow-list, columns of tables as well as whole tables."""
    return [
        *(Entry("account", "", one) for one in allowed.ACCOUNT),
        *(Entry("company", "", one) for one in allowed.COMPANY),
        *(Entry("figures", "", one) for one in allowed.FIGURES),
        *(Entry("tables", name, one) for name, table in allowed.TABLES.items()
          for one in ("", *table.names))]


def planted_view() -> dict[str, Any]:
    """The view as plain values, as its file holds them."""
    numbers = iter(range(1, 2000))
    return {
        "schema": SCHEMA, "quarter": "2026Q4", "fiscal_year_start": 1, "data_until": "2026-12-31",
        "is_partial": False, "is_blocked": False, "commentary": "Zzcommentary.",
        "report_id": "0000", "account": {name: ACCOUNT[name] for name in allowed.ACCOUNT},
        "company": {name: COMPANY[name] for name in allowed.COMPANY},
        "figures": {name: _number(column, next(numbers))
                    for name, column in allowed.FIGURES.items()},
        "tables": {name: [{column.name: _value(name, column, row, next(numbers))
                           for column in table.columns}
                          for row in range(12 if name == "season" else ROWS)]
                   for name, table in allowed.TABLES.items()}}


def without(view: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The view as its file would be if the entry were not on the allow-list."""
    part = view[entry.part]
    if not entry.table:
        left = {name: value for name, value in part.items() if name != entry.column}
    elif not entry.column:
        left = {name: rows for name, rows in part.items() if name != entry.table}
    else:
        left = part | {entry.table: [{name: value for name, value in row.items()
                                      if name != entry.column} for row in part[entry.table]]}
    return view | {entry.part: left}


def read(view: dict[str, Any], folder: Path) -> AccountView:
    """The view through its file."""
    write_view(view, folder / "planted.json")
    return read_view(folder / "planted.json")


class Traced(dict):
    """A part of a view that remembers which of its entries were asked for."""

    def __init__(self, part: str, given: Mapping[str, Any], asked: set[tuple[str, str]]) -> None:
        super().__init__(given)
        self.part, self.asked = part, asked

    def __getitem__(self, name: str) -> Any:
        self.asked.add((self.part, name))
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add((self.part, name))
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.asked.add((self.part, str(name)))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self.asked.add((self.part, "*"))
        return super().__iter__()

    keys, items, values = (  # whoever looks through all of them asks for each
        lambda self, method=method: (iter(self), method(self))[1]
        for method in (dict.keys, dict.items, dict.values))


@dataclass(frozen=True)
class Shown:
    """What one exhibit shows, its attributes too, and which entries of the view it asked for."""

    chapter: str
    text: str
    asked: frozenset[tuple[str, str]]


def page_of(view: AccountView, known: Mapping[str, Shown] | None = None,
            entry: Entry | None = None) -> dict[str, Shown]:
    """All that a page shows, by exhibit; checked on the way.

    Where a page is `known`, only exhibits that asked for `entry` are made anew.
    """
    names: dict[str, Any] = {}
    shown: dict[str, Shown] = {}
    for question, tag, source in cells("external_review"):
        if tag == "setup":
            exec(source, names)
            continue
        if known and entry and not known[source].asked & {
                (entry.part, entry.table or entry.column), (entry.part, "*")}:
            shown[source] = known[source]
            continue
        asked: set[tuple[str, str]] = set()
        names["view"] = replace(view, **{part: Traced(part, getattr(view, part), asked)
                                         for part in ("account", "company", "figures", "tables")})
        html = eval(source, names)
        check(html)
        shown[source] = Shown(question, f"{html.markup} {getattr(html, 'record', '')}",
                              frozenset(asked))
    return shown


def signs(view: dict[str, Any], entry: Entry) -> list[str]:
    """The texts by which the values of an entry can be told on the page."""
    if entry.table and not entry.column:
        return [sign for column in allowed.TABLES[entry.table].names
                for sign in signs(view, entry._replace(column=column))]
    if entry.column in CODED or (entry.table, entry.column) in SHARED:
        return []
    values = [row[entry.column] for row in view["tables"][entry.table]] if entry.table \
        else [view[entry.part][entry.column]]
    return [sign for value in values for sign in _written(value)]


def _written(value: Any) -> Iterator[str]:
    """A value in all the ways in which the page may write it, in both languages."""
    if isinstance(value, str):
        yield value
        if value[:4].isdigit():
            for words in map(language, ("en", "de")):
                yield from (words.date(pd.Timestamp(value), form) for form in ("medium", "long"))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        for words in map(language, ("en", "de")):
            shown = () if abs(value) <= 1 else (2, 1) if abs(value) < 1000 else (1, 0)
            yield from (words.number(value, digits) for digits in shown)
            yield from (words.percent(value, digits) for digits in (1, 0))


def _value(table: str, column: Column, row: int, number: int) -> Any:
    if table == "service_history" and column.name not in {"quarter", "delivered"}:
        row, number = 0, 1999  # one measure in several quarters
    if column.name == "outcome":
        return OUTCOMES[table][row]
    if (table, column.name) == ("bought_elsewhere", "class"):
        return ("confirmed", "estimated", "confirmed")[row]
    if column.name in CODES:
        return CODES[column.name][row % ROWS]
    if column.name == "calendar_month":
        return row + 1
    if column.name in PLAN_YEAR:
        return PLAN_YEAR[column.name]
    if (table, column.name) in SHARED:
        return f"Zz{SHARED[table, column.name]}{'xyz'[row]}"
    if column.kind == "quarter":
        return f"2026Q{4 - ROWS + 1 + row}"
    if column.kind == "date":
        return f"{pd.Timestamp('2027-01-01') + pd.Timedelta(days=number):%Y-%m-%d}"
    if column.kind == "flag":
        return row == 0
    return _number(column, number) if column.kind in NUMBERS \
        else f"Zz{column.name.replace('_', '')}{number}"


def _number(column: Column, number: int) -> float:
    """A number of its own: shares below one, counts and money of five digits."""
    if column.kind == "share":
        return round(0.1 + number * 0.0037, 4) % 1
    if column.name.endswith("_rate") or column.name in {"roi", "multiplier"}:
        return round(31.01 + number * 1.137, 4)
    return 20011 + number * 37


@dataclass(frozen=True)
class Finding:
    """What becomes of the page without one entry: where it reads otherwise, what is wrong."""

    entry: Entry
    chapters: tuple[str, ...]
    faults: tuple[str, ...]


NOT_DISCLOSED = ("not on record", "nicht erfasst")
"""Said of a figure that the export lacks, and never of one that is not disclosed."""
HOLES = re.compile(r"(?:, |: |\b(?:in|by|for|von|für) )(?=[.;<])|>\s*·|, ,")
"""Where a sentence or caption lost a word and closed over nothing."""


@cache
def findings() -> list[Finding]:
    """Every entry of the allow-list, taken away alone."""
    return once("planted", _findings)


def _findings() -> list[Finding]:
    view = planted_view()
    with tempfile.TemporaryDirectory() as folder, charts_as_texts():
        whole = page_of(read(view, Path(folder)))
        return [_finding(view, whole, entry, Path(folder)) for entry in entries()]


def _finding(view: dict[str, Any], whole: dict[str, Shown], entry: Entry, folder: Path) -> Finding:
    try:
        left = page_of(read(without(view, entry), folder), whole, entry)
    except Exception as error:
        return Finding(entry, (), (f"the page fails: {error!r}",))
    chapters = _differing(whole, left)
    before, after = (" ".join(one.text for one in page.values()) for page in (whole, left))
    written = signs(view, entry)
    there = {one for one in written if one in before}
    if not chapters and entry.column:
        chapters = _differing(left, page_of(read(_changed(view, entry), folder), whole, entry))
    faults = [] if chapters else ["is shown nowhere"]
    faults += [f"{one!r} is still there" for one in sorted(there) if one in after]
    faults += [f"{one!r} is said of what is not disclosed" for one in NOT_DISCLOSED
               if entry.column and after.count(one) > before.count(one)]
    faults += [f"…{after[max(at.start() - 40, 0):at.end() + 20]}…" for at in HOLES.finditer(after)]
    return Finding(entry, chapters, tuple(faults))


def _differing(one: dict[str, Shown], other: dict[str, Shown]) -> tuple[str, ...]:
    """Chapters in which two pages read differently."""
    return tuple(dict.fromkeys(shown.chapter for source, shown in one.items()
                               if shown.text != other[source].text))


def _changed(view: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The view with zero, nothing or the other flag in an entry: some are asked for only that."""
    def other(value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        return None if isinstance(value, str) else 0

    part = view[entry.part]
    if not entry.table:
        return view | {entry.part: part | {entry.column: other(part[entry.column])}}
    rows = [row | {name: other(value) for name, value in row.items() if name == entry.column}
            for row in part[entry.table]]
    return view | {entry.part: part | {entry.table: rows}}


def left_out(monkeypatch, listed: dict, key: str) -> None:
    """Take an entry off a list for one test; put back, it stands where it stood.

    Plain `delitem` would put it back at the end, and the order of the list is that of the docs.
    """
    from_it_on = list(listed.items())[list(listed).index(key):]
    for name, _ in reversed(from_it_on):
        monkeypatch.delitem(listed, name)
    for name, entry in from_it_on[1:]:
        monkeypatch.setitem(listed, name, entry)
