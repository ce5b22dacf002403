"""What ``qbr explain`` tells: the figure, its definition, its rows, what they make."""

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from qbrkit.explain import Explanation
from qbrkit.run.paths import whole_file

DIGITS = {"rate": 6, "cost_share": 4, "growth_rank": 0, "counts": 2}
"""Decimals of the columns that hold no money; money has two."""


def explained_text(found: Explanation, rows_n: int, csv_file: Path | None = None) -> str:
    """An explanation for the screen.

    Parameters
    ----------
    found : Explanation
        The figure and its rows.
    rows_n : int
        Rows shown.
    csv_file : Path or None
        Where all rows were written, so that none is shown.

    Returns
    -------
    str
        Several lines, the sum last but for the quarter and the hash.
    """
    about, rows = found.about, found.evidence.rows
    whose = f"{about.name} of {found.account_id} ({found.account})"
    lines = [f"{whose}, {found.quarter}, is {_value(found)}.", f"Meaning: {about.meaning}.",
             f"Definition: {about.definition}.", f"Function: {about.function}",
             *found.evidence.notes, ""]
    if csv_file:
        lines.append(f"{_rows(rows.count)} in {csv_file}" if rows.count
                     else f"No rows; {csv_file} was not written.")
    elif rows.count:
        lines += _table(found, rows.largest(rows_n))
    lines += [_ending(found), f"Quarter {found.quarter}, hash of the inputs {found.inputs_hash}"]
    return "\n".join(lines)


def _value(found: Explanation) -> str:
    if found.value is None:
        return "not known"
    return f"{_number(found.value, found)} {found.unit}".strip() or "none"


def _number(value: float | str, found: Explanation) -> str:
    """A figure with the decimals its unit has: money to the cent, counts whole."""
    if isinstance(value, str):
        return value
    if found.unit in {"contacts", "days", "lines", "accounts", "place"}:
        return f"{value:,.0f}"
    is_part = found.unit.startswith(("share", "times", "months"))
    return f"{value:,.4f}" if is_part else f"{value:,.2f}"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _table(found: Explanation, shown: pd.DataFrame) -> list[str]:
    """The rows shown and what the others make together."""
    rows = found.evidence.rows
    lines = [_as_text(_without_own_id(shown, found.account_id))] if len(shown) else []
    if more := rows.count - len(shown):
        together = ""
        if rows.amount:
            rest = rows.total - math.fsum(shown[rows.amount].dropna())
            is_sum = found.evidence.is_sum
            together = f", together {_number(rest, found) if is_sum else f'{rest:,.2f}'}"
        lines.append(f"and {more:,} more {'line' if more == 1 else 'lines'}{together}")
    return [*lines, ""]


def _without_own_id(shown: pd.DataFrame, account: str) -> pd.DataFrame:
    """The account of a line is told only where another one rolls up, or of the company."""
    is_own = "account_id" in shown and bool((shown["account_id"] == account).all())
    return shown.drop(columns="account_id") if is_own and len(shown.columns) > 6 else shown


def _as_text(shown: pd.DataFrame) -> str:
    """A table of texts; columns without any value are left out."""
    kept = shown.dropna(axis="columns", how="all")
    texts = pd.DataFrame({name: _texts(kept[name], str(name)) for name in kept.columns})
    return texts.to_string(index=False)


def _texts(column: pd.Series, name: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        texts = column.dt.strftime("%Y-%m-%d")
    elif pd.api.types.is_float_dtype(column):
        texts = column.map(lambda value: f"{value:,.{DIGITS.get(name, 2)}f}")
    else:
        texts = column.map(lambda value: " ".join(str(value).split()))
    return texts.astype("object").where(column.notna(), "–")


def _ending(found: Explanation) -> str:
    """What the rows make, against the figure."""
    made, name = found.evidence.made, found.about.name
    if made is None:
        return "Nothing is added up: the figure is not known."
    made_text = f"{_number(made, found)} {found.unit}".strip() or "none"
    what = "Sum" if found.evidence.is_sum else "These rows make"
    if found.reconciles:
        return f"{what}: {made_text} = {name}"
    return f"{what}: {made_text}, but {name} is {_value(found)}"


def explained_json(found: Explanation, rows_n: int) -> str:
    """An explanation for scripts: the same facts, the largest rows, unknown as null."""
    about, evidence = found.about, found.evidence
    result: dict[str, Any] = {
        "account_id": found.account_id, "account": found.account, "figure": about.name,
        "value": found.value, "unit": found.unit, "meaning": about.meaning,
        "definition": about.definition, "function": about.function, "quarter": found.quarter,
        "notes": list(evidence.notes), "rows_n": evidence.rows.count,
        "rows": _records(evidence.rows.largest(rows_n)),
        "sum": evidence.made if evidence.is_sum else None, "made": evidence.made,
        "reconciles": found.reconciles, "inputs_hash": found.inputs_hash}
    return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)


def _records(shown: pd.DataFrame) -> list[dict[str, Any]]:
    dates = shown.select_dtypes("datetime").columns
    plain = shown.assign(**{name: shown[name].dt.strftime("%Y-%m-%d") for name in dates})
    records = plain.astype("object").where(plain.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def write_rows(found: Explanation, file: Path) -> None:
    """Write all rows as CSV, a part at a time; nothing when there are none."""
    if not found.evidence.rows.count:
        return
    with whole_file(file) as unfinished, open(unfinished, "w", encoding="utf-8",
                                              newline="") as stream:
        for number, batch in enumerate(found.evidence.rows.batches()):
            batch.to_csv(stream, index=False, header=number == 0, lineterminator="\n",
                         date_format="%Y-%m-%d")
