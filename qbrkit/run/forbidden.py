"""What no customer may read: the terms the leak gate searches each external page for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qbrkit.groups import top_parents
from qbrkit.report.language import CATALOGS, language
from qbrkit.reviews import QuarterReview
from qbrkit.sources import Workspace

NOBODY = {"unknown", "other", "none"}
"""Competitors that are none."""
SEGMENTS = ["Green Circle", "transactional account", "Fernbetreuung"]
INTERNAL_WORDS = ["gross margin", "Rohertrag", "Deckungsbeitrag", "share of wallet", "win rate",
                  "gatekeeper", "cost to serve"]
"""What a customer's page never speaks of, in any language of the kit."""
PATH_PARTS = 4
"""Shorter paths, as /data, are words of their own and found by the general rules anyway."""
NUMBER_LENGTH = 5
"""Internal figures with fewer digits are too common to be searched for."""


def forbidden_terms(workspace: Workspace, review: QuarterReview,
                    *paths: Path) -> dict[str, list[str]]:
    """Terms by what they are: others' ids and names, rivals, raters, our words, paths.

    Parameters
    ----------
    workspace : Workspace
        For the competitors, the raters, and the members of groups.
    review : QuarterReview
        For the accounts.
    *paths : Path
        Folders of this computer.
    """
    accounts, tables = _all_accounts(workspace, review), workspace.tables
    common = words_of_the_page()
    names = {name for name in accounts["name"].dropna() if name.casefold() not in common}
    rivals = {name for table in ("deals", "competitor_signals") if table in tables
              for name in tables[table]["competitor"].dropna() if name.casefold() not in NOBODY}
    raters = set(tables["black_ops_scores"]["rater"].dropna()) \
        if "black_ops_scores" in tables else set()
    return {
        "another account's id": sorted(accounts["account_id"]),
        "another account's name": sorted(names),
        "a competitor": sorted(rivals),
        "a rater": sorted(raters),
        "another account's contact": sorted(_contacts(workspace)),
        "a segment": SEGMENTS,
        "a word of ours": INTERNAL_WORDS,
        "a path of this computer": sorted(str(path) for path in paths
                                          if len(path.parts) >= PATH_PARTS),
        "a parameter": ["account_view"],
    }


def _contacts(workspace: Workspace) -> set[str]:
    """Full names and e-mail addresses of all contacts but those named as our people are."""
    contacts = workspace.tables.get("contacts")
    if contacts is None:
        return set()
    ours = {name for table in workspace.tables.values() if "owner" in table.columns
            for name in table["owner"].dropna()}
    names = {name for name in contacts["name"].dropna() if " " in name.strip()}
    return (names - ours) | set(contacts["email"].dropna())


def own_contacts(workspace: Workspace) -> dict[str, list[str]]:
    """Names and e-mail addresses of the contacts of each account, before rolling up."""
    contacts = workspace.tables.get("contacts")
    if contacts is None:
        return {}
    return {str(account): [*own["name"].dropna(), *own["email"].dropna()]
            for account, own in contacts.groupby("account_id")}


def words_of_the_page() -> set[str]:
    """Words that the page itself uses, in lower case: a name that equals one cannot be searched.

    They are those of the catalogs, which hold every sentence in English and in their language.
    """
    text = " ".join(file.read_text(encoding="utf-8") for file in sorted(CATALOGS.glob("*.po")))
    return {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}


def _all_accounts(workspace: Workspace, review: QuarterReview) -> pd.DataFrame:
    """Id and name of every account, members of a group too."""
    names = ["account_id", "name"]
    known = [review.accounts[names]]
    if (master := workspace.tables.get("accounts")) is not None:
        known.append(master[names])
    return pd.concat(known, ignore_index=True).drop_duplicates()


def group_members(workspace: Workspace) -> dict[str, list[str]]:
    """Ids and names of the members of each group, by the group's account."""
    master = workspace.tables.get("accounts")
    if master is None or not workspace.settings.accounts.roll_up:
        return {}
    rolled = master.assign(top=master["account_id"].map(top_parents(master)))
    return {str(top): [*group["account_id"], *group["name"].dropna()]
            for top, group in rolled.groupby("top")}


def internal_figures(row: Any, view: dict[str, Any]) -> tuple[str, ...]:
    """Margins and potential of the account as a page would print them.

    A figure that the customer's own view holds as well is none.
    """
    disclosed = {round(value) for value in _numbers(view)}
    names = ("gross_margin_ltm_low", "gross_margin_ltm_high", "gross_margin_quarter_low",
             "gross_margin_quarter_high", "potential", "realizable_potential", "annual_wallet",
             "wallet")
    amounts = {round(float(row[name])) for name in names if np.isfinite(row[name])}
    return tuple(sorted(
        language(code).number(abs(amount)) for amount in amounts - disclosed
        for code in {"en", view["account"]["language"]} if len(str(abs(amount))) >= NUMBER_LENGTH))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, (int, float)):
        yield value
