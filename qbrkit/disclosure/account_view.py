"""The file of one account, and what the page reads from it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qbrkit.columns import NUMBERS
from qbrkit.disclosure.allowed import TABLES
from qbrkit.errors import DataError, ParameterError, SettingError
from qbrkit.periods import parse_quarter, quarter_frequency

SCHEMA = 3


@dataclass(frozen=True)
class AccountView:
    """One account as its customer sees it.

    Parameters
    ----------
    account : mapping
        Allowed columns of ``accounts``; None where the export holds nothing.
    company : mapping
        What is allowed of the supplier: ``name``, ``accent``, ``logo``.
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


def write_view(view: dict[str, Any], file: Path) -> None:
    """Write one account's view; the same view gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(view_text(view) + "\n", encoding="utf-8", newline="\n")


def view_text(view: dict[str, Any]) -> str:
    """A view as text; the same view gives the same text."""
    return json.dumps(view, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)


def identified(view: dict[str, Any]) -> dict[str, Any]:
    """A view with the id of its report: a hash of its own content, and of nothing else."""
    content = {name: value for name, value in view.items() if name != "report_id"}
    return content | {"report_id": hashlib.sha256(view_text(content).encode()).hexdigest()[:12]}


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
        start = raw["fiscal_year_start"]
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
    columns = [one for one in TABLES[name].columns if not rows or one.name in rows[0]]
    kinds = dict.fromkeys(NUMBERS, "float64") | {
        "flag": "bool", "date": "datetime64[us]",
        "quarter": f"period[{quarter_frequency(fiscal_year_start)}]"}
    return pd.DataFrame(rows, columns=[one.name for one in columns], dtype="object").astype(
        {one.name: kinds.get(one.kind, "str") for one in columns})
