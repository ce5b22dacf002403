"""What one customer may see: an allow-list, and one file per account.

The external notebook reads that file and nothing else. What is not listed here cannot
be on the page, because it is not in the file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from qbrkit.reviews import QuarterReview, account_revenue

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
    figures: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    commentary: str
    report_id: str


def disclose(review: QuarterReview, exchange_rates: pd.DataFrame | None,
             account_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The customer's view of some accounts, as plain values by account id.

    Parameters
    ----------
    review : QuarterReview
        The internal review of the quarter.
    exchange_rates : DataFrame or None
        The contract's ``exchange_rates``.
    account_ids : list of str
        Accounts to disclose.

    Returns
    -------
    dict
        Only columns and figures of the allow-lists.
    """
    currency = review.settings.company.currency
    chosen = review.accounts[review.accounts["account_id"].isin(account_ids)]
    spend = account_revenue(review.facts[review.facts["account_id"].isin(account_ids)],
                            chosen, exchange_rates, currency)
    by_account = {name: _by_account(table, account_ids) for name, table in {
        "spend": spend, "promises": review.promises, "upcoming": review.upcoming,
        "ledger": review.ledger, "plan": review.plan_use,
        "service_levels": review.service_levels}.items()}
    accounts = [{str(name): value for name, value in row.items()}
                for row in chosen.to_dict("records")]
    return {row["account_id"]: _view(review, row, {
        name: None if groups is None else groups.get(row["account_id"])
        for name, groups in by_account.items()}, by_account) for row in accounts}


def _by_account(table: pd.DataFrame | None,
                account_ids: list[str]) -> dict[Any, pd.DataFrame] | None:
    if table is None:
        return None
    return dict(iter(table[table["account_id"].isin(account_ids)].groupby("account_id")))


def _view(review: QuarterReview, account: dict[str, Any], own: dict[str, Any],
          known: dict[str, Any]) -> dict[str, Any]:
    """The view of one account; `known` tells which tables the export holds at all."""
    company = review.settings.company
    tables = {"revenue_by_quarter": _by_quarter(own["spend"], review),
              "revenue_by_family": _by_family(own["spend"], review)}
    tables |= {name: own[name] for name in ("promises", "upcoming", "plan", "service_levels")
               if known[name] is not None}
    if known["ledger"] is not None:
        tables["value_lines"] = _value_lines(own["ledger"], review)
    view = {
        "schema": SCHEMA,
        "account": {name: _plain(account.get(name)) for name in ALLOWED_ACCOUNT},
        "company": {"name": company.name, "accent": company.accent, "logo": company.logo,
                    "fiscal_year_start": company.fiscal_year_start},
        "quarter": quarter_text(review.quarter),
        "data_until": f"{review.data_until:%Y-%m-%d}",
        "is_partial": review.is_partial,
        "figures": {name: _plain(value) for name, value in
                    _figures(account, own["spend"], review).items() if name in ALLOWED_FIGURES},
        "tables": {name: _records(table, ALLOWED_TABLES[name])
                   for name, table in tables.items() if name in ALLOWED_TABLES},
        "commentary": review.commentary.get(account["account_id"], ""),
    }
    # of its own content only: another account's new invoice leaves this page as it is
    return view | {"report_id": hashlib.sha256(_json(view).encode()).hexdigest()[:12]}


def _figures(account: dict[str, Any], spend: pd.DataFrame | None,
             review: QuarterReview) -> dict[str, float]:
    revenue = _sum_in(spend, [review.quarter])
    year_ago = (_sum_in(spend, [review.year_ago]) if review.year_ago is not None
                else float("nan"))
    year = last_twelve_months(review.quarter)
    has_return = account["roi"] > 0
    return {
        "revenue_quarter": revenue, "revenue_quarter_year_ago": year_ago,
        "revenue_change": revenue - year_ago,
        "revenue_change_rate": (revenue - year_ago) / year_ago if year_ago > 0 else float("nan"),
        "revenue_ltm": _sum_in(spend, year),
        "value_ltm": account["value"], "value_confirmed_ltm": account["confirmed"],
        "value_estimated_ltm": account["estimated"], "value_soft_ltm": account["soft"],
        "free_in_plan_ltm": account["free_in_plan"],
        "roi": account["roi"] if has_return else float("nan"),
        "payback_months": account["payback_months"] if has_return else float("nan"),
    }


def _sum_in(spend: pd.DataFrame | None, quarters: list[pd.Period]) -> float:
    if spend is None:
        return 0.0
    return float(spend.loc[spend["quarter"].isin(quarters), "revenue_account"].sum(skipna=False))


def _by_quarter(spend: pd.DataFrame | None, review: QuarterReview) -> pd.DataFrame:
    """The last quarters that the data cover whole, and the reviewed one."""
    covered = Coverage(review.data_from, review.data_until,
                       review.settings.company.fiscal_year_start)
    earlier = [review.quarter - back for back in reversed(range(1, QUARTERS_SHOWN))]
    quarters = [*filter(covered.is_complete, earlier), review.quarter]
    return pd.DataFrame({"quarter": [quarter_text(quarter) for quarter in quarters],
                         "revenue": [_sum_in(spend, [quarter]) for quarter in quarters]})


def _by_family(spend: pd.DataFrame | None, review: QuarterReview) -> pd.DataFrame:
    names = ["family", "revenue", "revenue_year_ago", "change_rate"]
    if spend is None:
        return pd.DataFrame(columns=names)
    periods = {"revenue": [review.quarter],
               "revenue_year_ago": [review.year_ago] if review.year_ago is not None else []}
    sums = {name: spend[spend["quarter"].isin(quarters)].groupby("family")[
        "revenue_account"].sum(skipna=False) for name, quarters in periods.items()}
    families = sums["revenue"].index.union(sums["revenue_year_ago"].index)
    table = pd.DataFrame({name: amounts.reindex(families, fill_value=0.0)
                          for name, amounts in sums.items()})  # what is unknown stays unknown
    if review.year_ago is None:
        table["revenue_year_ago"] = np.nan
    change = table["revenue"] - table["revenue_year_ago"]
    table["change_rate"] = change / table["revenue_year_ago"].where(table["revenue_year_ago"] > 0)
    return table.rename_axis("family").reset_index().sort_values(
        ["revenue", "family"], ascending=[False, True])[names]


def _value_lines(ledger: pd.DataFrame | None, review: QuarterReview) -> pd.DataFrame:
    """The ledger of the last twelve months: one line per part, name and class."""
    names = list(ALLOWED_TABLES["value_lines"])
    if ledger is None:
        return pd.DataFrame(columns=names)
    lines = ledger[ledger["quarter"].isin(last_twelve_months(review.quarter))]
    grouped = lines.groupby(["part", "name", "class"], dropna=False)
    return grouped.agg(times_n=("amount", "size"),
                       amount=("amount", lambda amounts: amounts.sum(min_count=1)),
                       evidence=("evidence", _listed)).reset_index()


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
            figures={name: np.nan if value is None else value
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
