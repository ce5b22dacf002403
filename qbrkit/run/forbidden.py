"""What no customer may read: the terms the leak gate searches each external page for."""

import gettext
import json
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qbrkit import report as report_package
from qbrkit.disclosure.account_view import view_text
from qbrkit.groups import top_parents
from qbrkit.languages import known_languages
from qbrkit.report.language import language
from qbrkit.report.messages import messages_of_code, words_in
from qbrkit.reviews import QuarterReview
from qbrkit.run.cells import split_markdown
from qbrkit.run.leaks import AS_WRITTEN
from qbrkit.run.shipped import shipped
from qbrkit.sources import Workspace

NOBODY = {"unknown", "other", "none"}
"""Competitors that are none."""
SEGMENTS = ["Green Circle", "transactional account", "Fernbetreuung"]
INTERNAL_WORDS = ["gross margin", "Rohertrag", "Deckungsbeitrag", "share of wallet", "win rate",
                  "gatekeeper", "cost to serve"]
"""What a customer's page never speaks of, in any language of the kit."""
INTERNAL_TEXTS = {"risks": ("driver", "solution"), "objectives": ("text",),
                  "complaints": ("subject",), "deals": ("loss_reason",),
                  "segment_overrides": ("reason",), "black_ops_scores": ("move",)}
"""Columns of the export with sentences that no customer may read."""
TEXT_LENGTH, TEXT_WORDS = 24, 4
"""Shorter ones may stand on a page by chance."""
SHARED_MODULES = ("exhibits", "figures", "page", "words")
"""Modules of the report that write sentences on external pages too."""
PATH_PARTS = 4
"""Shorter paths, as /data, are words of their own and found by the general rules anyway."""
NUMBER_LENGTH = 5
"""Internal figures with fewer digits are too common to be searched for."""


def forbidden_terms(workspace: Workspace, review: QuarterReview,
                    *paths: Path) -> dict[str, list[str]]:
    """Terms by what they are: others' ids and names, rivals, raters, our texts and words, paths.

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
    folded = {word.casefold() for word in common}
    names = {name for name in accounts["name"].dropna() if name not in common}
    alike = {name for name in names if name.casefold() in folded}
    rivals = {name for table in ("deals", "competitor_signals") if table in tables
              for name in tables[table]["competitor"].dropna() if name.casefold() not in NOBODY}
    raters = set(tables["black_ops_scores"]["rater"].dropna()) \
        if "black_ops_scores" in tables else set()
    return {
        "another account's id": sorted(accounts["account_id"]),
        "another account's name": sorted(names - alike),
        f"another account's name{AS_WRITTEN}": sorted(alike),
        "a competitor": sorted(rivals),
        "a rater": sorted(raters),
        "another account's contact": sorted(_contacts(workspace)),
        "an internal text": sorted(internal_texts(workspace)),
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


def internal_texts(workspace: Workspace) -> set[str]:
    """Sentences of the export that are not for customers, long enough to be no one else's."""
    texts = {" ".join(text.split()) for name, columns in INTERNAL_TEXTS.items()
             if name in workspace.tables for column in columns
             for text in workspace.tables[name][column].dropna()}
    return {text for text in texts
            if len(text) >= TEXT_LENGTH and len(text.split()) >= TEXT_WORDS}


def disclosed_texts(texts: Collection[str], view: dict[str, Any]) -> list[str]:
    """Those of some internal texts that the account's own view holds, and so are none for it."""
    held = " ".join(view_text(view).split()).casefold()
    return [text for text in texts if json.dumps(text, ensure_ascii=False)[1:-1].casefold() in held]


@cache
def words_of_the_page() -> frozenset[str]:
    """Words of the page's own sentences: a name that is spelt like one cannot be searched.

    They are taken from the code and the notebook of the external page, in English and in the
    words of every catalog.
    """
    report = Path(report_package.__file__).parent
    messages = {form for file in [*(report / f"{name}.py" for name in SHARED_MODULES),
                             *(report / "customer").glob("*.py")]
                for message in messages_of_code(file.read_text(encoding="utf-8"))
                for form in ([message] if isinstance(message, str) else message)}
    notebook = json.loads((shipped("notebooks") / "external_review.ipynb").read_text("utf-8"))
    messages |= {text for cell in notebook["cells"] if cell["cell_type"] == "markdown"
                 for _, text in split_markdown("".join(cell["source"]))}
    told = set(messages)
    for code in known_languages():
        told |= _translations(messages, language(code).catalog)
    return frozenset(word for text in told for word in words_in(text))


def _translations(messages: Collection[str], catalog: gettext.NullTranslations) -> set[str]:
    """Translations of messages, those with a plural form too, which are found by their singular."""
    held = getattr(catalog, "_catalog", {})
    return {translation for original, translation in held.items()
            if (original[0] if isinstance(original, tuple) else original) in messages}


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
