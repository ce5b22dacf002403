"""Tables as an opened workspace gives them, from a few records written in the test."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from hypothesis import settings

from qbrkit.columns import TABLES

DTYPES = {"id": "str", "text": "str", "quarter": "str", "flag": "boolean",
          "date": "datetime64[us]", "month": "datetime64[us]",
          "money": "float64", "number": "float64", "share": "float64"}
"""Type of a column in a workspace, by its kind in the contract."""

properties = settings(max_examples=15, deadline=None)
"""For hypothesis: pandas takes its time, above all when first used."""


def typed_table(dtypes: Mapping[str, str],
                records: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """A table with these columns and types; what a record does not name is missing.

    ``typed_table({"account_id": "str", "revenue": "float64"}, [{"account_id": "A"}])``
    """
    records = list(records)
    unknown = {name for record in records for name in record} - set(dtypes)
    assert not unknown, f"no such columns: {sorted(unknown)}; there are {list(dtypes)}"
    return pd.DataFrame(records, columns=list(dtypes), dtype="object").astype(dict(dtypes))


def contract_table(name: str, records: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """A table of the contract with all its columns, typed as in a workspace.

    ``contract_table("contacts", [{"contact_id": "K1", "account_id": "A"}])``; dates may be
    text. A column that no record names is all missing, as when the export lacks it.
    """
    return typed_table({column.name: DTYPES[column.kind] for column in TABLES[name].columns},
                       records)
