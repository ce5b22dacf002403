"""From the internal review to the customer's view of some accounts, by the allow-list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qbrkit.disclosure import agreed, allowed, outlook, plan, purchases, received
from qbrkit.disclosure.account_view import SCHEMA, identified
from qbrkit.languages import primary
from qbrkit.periods import quarter_text
from qbrkit.readiness import BLOCKS, NO_COMMENTARY

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

CHAPTERS = (purchases, received, plan, agreed, outlook)
"""Modules that make the tables of the views."""
FIGURES = (purchases, received, plan, outlook)
"""Modules that make single figures, too."""

TRANSLATED = ("family", "name", "measure", "unit", "customer_risk", "customer_answer")
"""Columns of the tables that hold words of the data, which ``[words.<language>]`` translates."""


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
    ids = chosen["account_id"].tolist()
    figures = pd.concat([one.figures(review, ids) for one in FIGURES],
                        axis="columns").to_dict("index")
    held = {name: _by_account(table, ids) for one in CHAPTERS
            for name, table in one.tables(review, ids).items()
            if table is not None and name in allowed.TABLES}
    blocked, unknown = _blocked(review), {"plan": plan.list_unknown(review, ids)}
    return {row["account_id"]: _view(review, row, figures[row["account_id"]], {
        name: groups.get(row["account_id"]) for name, groups in held.items()
        if row["account_id"] not in unknown.get(name, ())},
        row["account_id"] in blocked) for row in chosen.to_dict("records")}


def _by_account(table: pd.DataFrame, account_ids: list[str]) -> dict[Any, pd.DataFrame]:
    return dict(iter(table[table["account_id"].isin(account_ids)].groupby("account_id")))


def _view(review: QuarterReview, account: dict[Any, Any], figures: dict[Any, float],
          tables: dict[str, pd.DataFrame | None], is_blocked: bool) -> dict[str, Any]:
    """The view of one account; a table without rows of its own is there and empty."""
    company = review.settings.company
    shown = {name: _plain(account.get(name)) for name in allowed.ACCOUNT}
    words = review.settings.words.get(primary(shown.get("language") or "en"), {})
    view = {
        "schema": SCHEMA,
        "account": shown,
        "company": {name: getattr(company, name) for name in allowed.COMPANY},
        "quarter": quarter_text(review.quarter),
        "fiscal_year_start": company.fiscal_year_start,
        "data_until": f"{review.data_until:%Y-%m-%d}",
        "is_partial": review.is_partial,
        "is_blocked": is_blocked,
        "figures": {name: _plain(figures[name]) for name in allowed.FIGURES if name in figures},
        "tables": {name: _records(_translated(table, words), allowed.TABLES[name].names)
                   for name, table in tables.items()},
        "commentary": review.commentary.get(account["account_id"], ""),
    }
    # of its own content only: another account's new invoice leaves this page as it is
    return identified(view)


def _translated(table: pd.DataFrame | None, words: Mapping[str, str]) -> pd.DataFrame | None:
    """The table with the data's own words in the language of the account."""
    if table is None or not words:
        return table
    return table.assign(**{name: table[name].replace(words) for name in TRANSLATED
                           if name in table.columns})


def _blocked(review: QuarterReview) -> set[str]:
    """Accounts whose page has to stay a draft, whatever the account manager wrote."""
    todo = review.readiness
    return set(todo.loc[(todo["severity"] == BLOCKS) & (todo["rule"] != NO_COMMENTARY),
                        "account_id"])


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
