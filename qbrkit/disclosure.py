"""What one customer may see: an allow-list, and one file per account.

The external notebook reads that file and nothing else. What is not listed here cannot
be on the page, because it is not in the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qbrkit.columns import CUSTOMER, TABLES
from qbrkit.errors import DataError, ParameterError, SettingError
from qbrkit.periods import (
    Coverage,
    last_twelve_months,
    parse_quarter,
    quarter_frequency,
    quarter_text,
)
from qbrkit.readiness import BLOCKS, NO_COMMENTARY

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

SCHEMA = 1
ALLOWED_TABLES: dict[str, tuple[str, ...]] = {
    "revenue_by_quarter": ("quarter", "revenue"),
    "revenue_by_family": ("family", "revenue", "revenue_year_ago", "change_rate"),
    "promises": ("side", "text", "owner", "due", "outcome"),
    "value_lines": ("part", "name", "class", "times_n", "amount", "evidence"),
    "plan": ("name", "plan_only", "included_quantity", "used_quantity", "open_quantity",
             "unit_list_value", "used_value"),
    "service_levels": ("measure", "promised", "delivered"),
    "upcoming": ("side", "text", "owner", "due", "outcome"),
}
"""Every column of every table that a customer can ever see."""
ALLOWED_FIGURES = ("revenue_quarter", "revenue_quarter_year_ago", "revenue_change",
                   "revenue_change_rate", "revenue_ltm", "value_ltm", "value_confirmed_ltm",
                   "value_estimated_ltm", "value_soft_ltm", "free_in_plan_ltm", "roi",
                   "payback_months")
"""Every single figure that a customer can ever see. A return that is not positive stays
internal until it has been talked about."""
ALLOWED_ACCOUNT = tuple(column.name for column in TABLES["accounts"].columns
                        if column.audience == CUSTOMER)
QUARTERS_SHOWN = 8
EVIDENCE_SHOWN = 3
DATES, FLAGS, QUARTERS = {"due"}, {"plan_only"}, {"quarter"}
NUMBERS = {"revenue", "revenue_year_ago", "change_rate", "times_n", "amount", "included_quantity",
           "used_quantity", "open_quantity", "unit_list_value", "used_value", "promised",
           "delivered"}
"""Columns of the allowed tables that are no text."""


@dataclass(frozen=True)
class AccountView:
    """One account as its customer sees it.

    Parameters
    ----------
    account : mapping
        Allowed columns of ``accounts``.
    company : mapping
        ``name``, ``accent``, ``logo`` of the supplier.
    quarter : Period
        The fiscal quarter reviewed.
    data_until : Timestamp
        Last day of the data.
    is_partial : bool
        The quarter is not complete; the page says so.
    is_blocked : bool
        Something internal has to be settled before the page may leave; what, is not told.
    figures : mapping of str to float
        Allowed figures, nan where unknown. [account currency]
    tables : mapping of str to DataFrame
        Allowed tables; one that the export does not hold is not there.
    commentary : str
        The account manager's own words (Markdown), empty when there are none.
    report_id : str
        Same id, same figures.
    """

    account: Mapping[str, str]
    company: Mapping[str, str]
    quarter: pd.Period
    data_until: pd.Timestamp
    is_partial: bool
    is_blocked: bool
    figures: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    commentary: str
    report_id: str


def disclose(review: QuarterReview, account_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The customer's view of some accounts, as plain values by account id.

    Parameters
    ----------
    review : QuarterReview
        The internal review of the quarter.
    account_ids : list of str
        Accounts to disclose.

    Returns
    -------
    dict
        Only columns and figures of the allow-lists.
    """
    chosen = review.accounts[review.accounts["account_id"].isin(account_ids)]
    spend = review.facts[review.facts["account_id"].isin(account_ids)]
    by_quarter = _sum_by_quarter(spend, ["account_id"]).reindex(
        chosen["account_id"], fill_value=0.0)
    figures = _figures(chosen.set_index("account_id"), by_quarter, review).to_dict("index")
    held = {name: _by_account(table, account_ids) for name, table in {
        "revenue_by_quarter": _by_quarter(by_quarter, review),
        "revenue_by_family": _by_family(spend, review),
        "value_lines": _value_lines(review, account_ids), "plan": review.plan_use,
        "promises": review.promises, "upcoming": review.upcoming,
        "service_levels": review.service_levels,
    }.items() if table is not None and name in ALLOWED_TABLES}
    accounts = [{str(name): value for name, value in row.items()}
                for row in chosen.to_dict("records")]
    blocked = _blocked(review)
    return {row["account_id"]: _view(review, row, figures[row["account_id"]], {
        name: groups.get(row["account_id"]) for name, groups in held.items()},
        row["account_id"] in blocked) for row in accounts}


def _by_account(table: pd.DataFrame, account_ids: list[str]) -> dict[Any, pd.DataFrame]:
    return dict(iter(table[table["account_id"].isin(account_ids)].groupby("account_id")))


def _view(review: QuarterReview, account: dict[str, Any], figures: dict[Any, float],
          tables: dict[str, pd.DataFrame | None], is_blocked: bool) -> dict[str, Any]:
    """The view of one account; a table without rows of its own is there and empty."""
    company = review.settings.company
    view = {
        "schema": SCHEMA,
        "account": {name: _plain(account.get(name)) for name in ALLOWED_ACCOUNT},
        "company": {"name": company.name, "accent": company.accent, "logo": company.logo,
                    "fiscal_year_start": company.fiscal_year_start},
        "quarter": quarter_text(review.quarter),
        "data_until": f"{review.data_until:%Y-%m-%d}",
        "is_partial": review.is_partial,
        "is_blocked": is_blocked,
        "figures": {name: _plain(figures[name]) for name in ALLOWED_FIGURES},
        "tables": {name: _records(table, ALLOWED_TABLES[name]) for name, table in tables.items()},
        "commentary": review.commentary.get(account["account_id"], ""),
    }
    # of its own content only: another account's new invoice leaves this page as it is
    return view | {"report_id": hashlib.sha256(_json(view).encode()).hexdigest()[:12]}


def _blocked(review: QuarterReview) -> set[str]:
    """Accounts whose page has to stay a draft, whatever the account manager wrote."""
    todo = review.readiness
    return set(todo.loc[(todo["severity"] == BLOCKS) & (todo["rule"] != NO_COMMENTARY),
                        "account_id"])


def _figures(accounts: pd.DataFrame, by_quarter: pd.DataFrame,
             review: QuarterReview) -> pd.DataFrame:
    """Every figure of each account in its currency, the allowed ones among them."""
    revenue = _sum_over(by_quarter, [review.quarter])
    year_ago = (_sum_over(by_quarter, [review.year_ago]) if review.year_ago is not None
                else revenue * np.nan)
    has_return = accounts["roi"] > 0
    return pd.DataFrame({
        "revenue_quarter": revenue, "revenue_quarter_year_ago": year_ago,
        "revenue_change": revenue - year_ago,
        "revenue_change_rate": (revenue - year_ago) / year_ago.where(year_ago > 0),
        "revenue_ltm": _sum_over(by_quarter, last_twelve_months(review.quarter)),
        "value_ltm": accounts["value"], "value_confirmed_ltm": accounts["confirmed"],
        "value_estimated_ltm": accounts["estimated"], "value_soft_ltm": accounts["soft"],
        "free_in_plan_ltm": accounts["free_in_plan"],
        "roi": accounts["roi"].where(has_return),
        "payback_months": accounts["payback_months"].where(has_return)})


def _sum_by_quarter(spend: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Revenue as a table of keys × quarters: 0 without lines, unknown with an unknown part."""
    sums = spend.groupby([*keys, "quarter"])["revenue_account"].sum(skipna=False)
    return sums.unstack("quarter", fill_value=0)


def _sum_over(by_quarter: pd.DataFrame, quarters: list[pd.Period]) -> pd.Series:
    return by_quarter.reindex(columns=quarters, fill_value=0.0).sum(axis="columns", skipna=False)


def _by_quarter(by_quarter: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """The last quarters that the data cover whole, and the reviewed one."""
    covered = Coverage(review.data_from, review.data_until,
                       review.settings.company.fiscal_year_start)
    earlier = [review.quarter - back for back in reversed(range(1, QUARTERS_SHOWN))]
    quarters = [*filter(covered.is_complete, earlier), review.quarter]
    shown = by_quarter.reindex(columns=quarters, fill_value=0.0)
    shown.columns = pd.Index([quarter_text(quarter) for quarter in quarters], name="quarter")
    return shown.reset_index().melt("account_id", value_name="revenue")


def _by_family(spend: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """Purchases by family in the quarter and a year ago; what is unknown stays unknown."""
    year_ago = review.quarter - 4  # quarters
    sums = _sum_by_quarter(spend[spend["quarter"].isin([review.quarter, year_ago])],
                           ["account_id", "family"])
    before, now = (_sum_over(sums, [one]) for one in (year_ago, review.quarter))
    if review.year_ago is None:
        before = before * np.nan
    table = pd.DataFrame({"revenue": now, "revenue_year_ago": before,
                          "change_rate": (now - before) / before.where(before > 0)})
    return table.reset_index().sort_values(["revenue", "family"], ascending=[False, True])


def _value_lines(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame | None:
    """The ledger of the last twelve months: one line per part, name and class."""
    if review.ledger is None:
        return None
    lines = review.ledger[review.ledger["quarter"].isin(last_twelve_months(review.quarter))
                          & review.ledger["account_id"].isin(account_ids)]
    grouped = lines.groupby(["account_id", "part", "name", "class"], dropna=False)
    return pd.DataFrame({
        "times_n": grouped.size(), "amount": grouped["amount"].sum(min_count=1),
        "evidence": grouped["evidence"].agg(_listed).astype("str")}).reset_index()


def _listed(evidence: pd.Series) -> str:
    shown = list(dict.fromkeys(evidence.dropna()))
    more = len(shown) - EVIDENCE_SHOWN
    return ", ".join(shown[:EVIDENCE_SHOWN]) + (f" (+{more})" if more > 0 else "")


def _records(table: pd.DataFrame | None, allowed: tuple[str, ...]) -> list[dict[str, Any]]:
    if table is None:
        return []
    shown = [name for name in allowed if name in table.columns]
    return [{str(name): _plain(value) for name, value in row.items()}
            for row in table[shown].to_dict("records")]


def _plain(value: Any) -> Any:
    """A value as JSON holds it; unknown is null, days are ISO text."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, np.generic):
        value = value.item()
    return round(value, 6) + 0.0 if isinstance(value, float) else value


def write_view(view: dict[str, Any], file: Path) -> None:
    """Write one account's view; the same view gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_json(view) + "\n", encoding="utf-8", newline="\n")


def _json(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)


def read_view(account_view: Path | str) -> AccountView:
    """Read the file of one account.

    Parameters
    ----------
    account_view : path
        File written by `write_view`.

    Returns
    -------
    AccountView

    Raises
    ------
    ParameterError
        If there is no such file.
    DataError
        If it is no account view of this version; the message tells what to do.
    """
    file = Path(account_view)
    if not file.is_file():
        raise ParameterError(f"account_view: there is no file {account_view}; run "
                             "qbr external --account ID, which writes it")
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw["schema"] != SCHEMA:
            raise DataError(f"{file.name} was written by another version of qbrkit; run "
                            "qbr external again, which writes it anew")
        start = raw["company"].pop("fiscal_year_start")
        return AccountView(
            account=raw["account"], company=raw["company"],
            quarter=parse_quarter(raw["quarter"], start),
            data_until=pd.Timestamp(raw["data_until"]), is_partial=raw["is_partial"],
            is_blocked=raw["is_blocked"], figures={name: np.nan if value is None else value
                     for name, value in raw["figures"].items()},
            tables={name: _frame(name, rows, start) for name, rows in raw["tables"].items()},
            commentary=raw["commentary"], report_id=raw["report_id"])
    except (ValueError, KeyError, TypeError, AttributeError, SettingError) as error:
        raise DataError(f"{file.name} is no account view ({error!r}); run qbr external "
                        "--account ID, which writes one") from error


def _frame(name: str, rows: list[dict[str, Any]], fiscal_year_start: int) -> pd.DataFrame:
    """A table with the types of its columns, also where all of them are unknown."""
    columns = [one for one in ALLOWED_TABLES[name] if not rows or one in rows[0]]
    kinds = (dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(FLAGS, "bool")
             | dict.fromkeys(DATES, "datetime64[us]")
             | dict.fromkeys(QUARTERS, f"period[{quarter_frequency(fiscal_year_start)}]"))
    return pd.DataFrame(rows, columns=columns, dtype="object").astype(
        {column: kinds.get(column, "str") for column in columns})
