"""One evidence proves value in one part only."""

import pandas as pd

from qbrkit.errors import DataError


def refuse_double_counts(ledger: pd.DataFrame) -> None:
    """Refuse a ledger in which one evidence stands in more than one part of an account.

    Parameters
    ----------
    ledger : DataFrame
        ``account_id``, ``part``, ``evidence`` (missing where there is none).

    Raises
    ------
    DataError
        The message names the first references and their accounts.

    Notes
    -----
    Blanks around a reference and capital letters make no other reference. Within one part
    an evidence may stand often: one report documents several benefits, or one benefit in
    every quarter.
    """
    cited = ledger[["account_id", "part", "evidence"]].dropna()
    cited = cited.assign(evidence=cited["evidence"].str.split().str.join(" "))
    cited = cited[cited["evidence"] != ""]
    told = cited.assign(reference=cited["evidence"].str.casefold()).groupby(
        ["account_id", "reference"]).agg(parts_n=("part", "nunique"),
                                         evidence=("evidence", "first"))
    twice = told[told["parts_n"] > 1].reset_index()
    if len(twice):
        listed = ", ".join(f"{one.evidence!r} of {one.account_id}"
                           for one in twice.head(5).itertuples())
        raise DataError(f"benefits and services: one evidence stands in more than one part of the "
                        f"value: {listed} ({len(twice)} in all); count it once", "services",
                        "evidence")
