"""One evidence proves value in one part only, and one benefit of a group counts once."""

import pandas as pd

from qbrkit.errors import DataError

SHOWN = 5
"""Double counts that a refusal tells one by one."""


def refuse_double_counts(ledger: pd.DataFrame) -> None:
    """Refuse a ledger in which one evidence stands in more than one part of an account.

    Parameters
    ----------
    ledger : DataFrame
        ``account_id``, ``part``, ``evidence`` (missing where there is none); where they are
        there, ``name`` of the line and ``member``, the account of the group that it is of.

    Raises
    ------
    DataError
        The message names the first references with their accounts, parts and lines.

    Notes
    -----
    Blanks around a reference and capital letters make no other reference. A cell holds
    several references, apart by ";", where each of them looks like one: without blanks and
    with a digit; any other text is one reference. Within one part an evidence may stand
    often: one report documents several benefits, or one benefit in every quarter.
    """
    cited = _references(ledger[ledger["evidence"].notna()])
    told = cited.groupby(["account_id", "reference"])["part"].nunique()
    twice = told[told > 1].index
    if len(twice) == 0:
        return
    rows = cited.set_index(["account_id", "reference"])
    listed = "; ".join(_told(rows.loc[[key]]) for key in twice[:SHOWN])
    raise DataError(f"benefits and services: one evidence stands in more than one part of the "
                    f"value: {listed} ({len(twice)} in all); count it once", "services",
                    "evidence")


def _references(cited: pd.DataFrame) -> pd.DataFrame:
    """A row per reference of each line."""
    texts = cited["evidence"].str.split().str.join(" ")
    pieces = texts.str.split(r"\s*;\s*", regex=True)
    has_several = texts.str.fullmatch(r"(?:[^\s;]*\d[^\s;]*)(?:\s*;\s*[^\s;]*\d[^\s;]*)+;?")
    rows = cited.assign(evidence=pieces.where(has_several, texts.map(lambda text: [text])))
    rows = rows.explode("evidence", ignore_index=True)
    rows = rows[rows["evidence"] != ""]
    return rows.assign(reference=rows["evidence"].astype("str").str.casefold())


def _told(lines: pd.DataFrame) -> str:
    """The reference, its account, and the parts and lines that cite it."""
    one = lines.iloc[0]
    shown = lines.drop_duplicates("part").head(SHOWN)
    where = " and ".join(
        f"{line['part']}" + (f" {line['name']!r}" if pd.notna(line.get("name")) else "")
        + (f" of {line['member']}" if "member" in lines else "")
        for line in shown.to_dict("records"))
    return f"{one['evidence']!r} of {lines.index[0][0]} ({where})"


def refuse_benefits_twice(benefits: pd.DataFrame, tops: pd.Series) -> None:
    """Refuse a benefit that stands with two accounts of one group, on one evidence.

    Parameters
    ----------
    benefits : DataFrame
        The contract's ``benefits``.
    tops : Series
        Top parent of the account of each row.

    Raises
    ------
    DataError
        The message names the first benefits with their evidence, quarter and accounts.

    Notes
    -----
    Such a benefit was entered for the parent and for its child: the group would count it
    twice. Another evidence, another quarter or another id make it another benefit.
    """
    cited = benefits[benefits["evidence"].notna()]
    rows = cited.assign(top=tops, reference=cited["evidence"].str.split().str.join(" ")
                        .str.casefold())
    key = ["top", "benefit_id", "quarter", "reference"]
    found = rows[rows["reference"] != ""].groupby(key).agg(
        evidence=("evidence", "first"), accounts_n=("account_id", "nunique"),
        accounts=("account_id", lambda ids: " and ".join(sorted(set(ids)))))
    twice = found[found["accounts_n"] > 1].reset_index()
    if len(twice):
        listed = "; ".join(
            f"benefit {one.benefit_id!r} of {one.quarter} on {one.evidence!r} of "
            f"{one.accounts}" for one in twice.head(SHOWN).itertuples())
        raise DataError(f"benefits: one benefit stands with two accounts of one group: {listed} "
                        f"({len(twice)} in all); count it once", "benefits", "evidence")
