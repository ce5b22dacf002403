"""data/what_customers_see.md from the allow-list: ``python -m tests.disclosure_page`` writes it.

Which chapter shows an entry is not written down but looked up: it is the chapter that reads
otherwise once the entry is taken off the list.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from qbrkit.columns import CUSTOMER, TABLES, Column
from qbrkit.disclosure import allowed

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "data" / "what_customers_see.md"
_LEDGER = ("benefits", "services", "plan_components")
SOURCES: dict[str, tuple[str, ...]] = {
    "revenue_by_quarter": ("invoice_lines",), "revenue_by_family": ("invoice_lines", "products"),
    "promises": ("commitments",), "promise_counts": ("commitments",),
    "upcoming": ("commitments",), "value_lines": _LEDGER, "value_calculations": _LEDGER,
    "value_by_part": _LEDGER, "value_by_quarter": _LEDGER,
    "value_return": ("invoice_lines", "customer_costs", *_LEDGER),
    "plan": ("plan_components", "services"),
    "bought_elsewhere": ("plan_components", "services", "switching_costs"),
    "service_levels": ("service_levels",), "service_history": ("service_levels",),
    "ahead": ("risks",), "season": ("invoice_lines",)}
"""Tables of the contract that each table of the allow-list is made of."""
FIGURES_FROM: dict[str, tuple[str, ...]] = {
    "revenue": ("invoice_lines",), "value": _LEDGER, "free": _LEDGER, "multiplier": _LEDGER,
    "roi": SOURCES["value_return"], "npv": SOURCES["value_return"],
    "break": SOURCES["value_return"], "payback": SOURCES["value_return"],
    "discount": (), "season": ("invoice_lines",)}
"""The same of the single figures, by their names or the first word; none for a setting."""
SUMMED = {"revenue"}
"""Internal columns of the contract that are disclosed as sums over the account's own rows."""
INTRODUCTION = """\
# What a customer can see

Everything that can stand on the external review of an account, and nothing else can: the page is
made from one file that holds this account alone and only what is listed here. The list is
[`qbrkit/disclosure/allowed.py`](../qbrkit/disclosure/allowed.py); this page is generated from it.
**To show less, take a line away there.** It is then in no file and on no page, and nothing else
has to be changed.

An entry appears only where the export holds it. Money is in the currency of the account.

## Always

- The account manager's own words from `commentary/<account_id>.md`: whatever is written there.
- The fiscal quarter and its months, the day until which the data reach, whether the quarter or
  the page is not complete, the version of the definitions, and the number of the report.
"""
NEVER = """\
## What can never be seen

| what | why not |
|---|---|
| cost, margin, cost to serve, discounts and list prices of invoices | in no entry of the list |
| segment, potential, wallet, growth rank, cadence, contacts with their roles and influence | in \
no entry of the list |
| probabilities, impact and expected loss of risks, our own answer to them | only `customer_risk`, \
`customer_answer`, the owner and the dates of a risk are listed, and only where `customer_risk` is \
filled |
| a return that is zero or negative | not disclosed until it has been talked about; the internal \
review shows it |
| deals, win rates, competitors, complaints, objectives, black-ops scores and who gave them | no \
table of theirs is read |
| other customers | the file holds the rows of one account (with those that roll up to it) |
| file paths, parameters, settings, code, error messages | the page is made anew from headings, \
text and exhibits; outputs of any other kind are left behind |

The notebook of the page cannot open a table of the company: it imports the reader of that one
file. As a second line, the bytes of a finished page are searched for names of others, internal
figures, internal texts, paths and scripts, and a page with a find is not released.
"""


def disclosure_page(chapters: Mapping[tuple[str, str, str], Iterable[str]]) -> str:
    """The page.

    Parameters
    ----------
    chapters : mapping of (part, table, column) to chapters
        Where each entry of the allow-list shows.
    """
    parts = [
        _section("The account", "", "account", allowed.ACCOUNT.values(), chapters),
        _section("Us", "", "company", allowed.COMPANY.values(), chapters),
        _section("Single figures", "", "figures", allowed.FIGURES.values(), chapters),
        *(_section(f"`{name}`", f"One row: {table.row}.\n\n", "tables", table.columns, chapters,
                   name) for name, table in allowed.TABLES.items())]
    return "\n".join([INTRODUCTION, *parts, NEVER])


def _section(title: str, row: str, part: str, columns: Iterable[Column],
             chapters: Mapping[tuple[str, str, str], Iterable[str]], table: str = "") -> str:
    rows = "".join(
        f"| {one.name} | {one.kind} | {one.meaning} | {home_of(part, table, one.name)} | "
        f"{' · '.join(chapters[part, table, one.name])} |\n" for one in columns)
    return (f"## {title}\n\n{row}| what | kind | meaning | where it comes from | chapter |\n"
            f"|---|---|---|---|---|\n{rows}")


def home_of(part: str, table: str, column: str) -> str:
    """Where an entry comes from: a column of the contract, qbr.toml, or what it is made of."""
    if part == "account":
        return f"`accounts.{column}`"
    if part == "company":
        return "`qbr.toml`, `[company]`"
    if part == "figures":
        made_of = FIGURES_FROM.get(column, FIGURES_FROM.get(column.split("_")[0]))
        assert made_of is not None, f"{column}: write down what it is made of"
        return f"computed from {_listed(made_of)}" if made_of else "`qbr.toml`, `[value]`"
    homes = taken_over(table, column)
    return _listed(f"{one}.{column}" for one in homes) if homes else \
        f"computed from {_listed(SOURCES[table])}"


def taken_over(table: str, column: str) -> list[str]:
    """Tables of the contract that hold the column as it is, for customers."""
    return [one for one in SOURCES[table] if column in TABLES[one].names
            and TABLES[one][column].audience == CUSTOMER]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from planted import findings

    PAGE.write_text(disclosure_page({tuple(one.entry): one.chapters for one in findings()}),
                    encoding="utf-8", newline="\n")
