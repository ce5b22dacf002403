"""What no customer may read: the terms the leak gate searches each external page for."""

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from qbrkit.disclosure.account_view import view_text
from qbrkit.groups import top_parents
from qbrkit.report.language import language
from qbrkit.report.messages import words_in
from qbrkit.reviews import QuarterReview
from qbrkit.run.leaks import AS_WRITTEN, FIGURE, INTERNAL_TEXT
from qbrkit.run.page_words import short_names, told_apart, without_legal_form
from qbrkit.sources import Workspace
from qbrkit.threats.encounters import SEVERAL
from qbrkit.threats.names import UNKNOWN

SEGMENTS = ["Green Circle", "transactional account", "Fernbetreuung"]
INTERNAL_WORDS = ["gross margin", "Rohertrag", "Deckungsbeitrag", "Marge", "Handelsspanne",
                  "cost of goods", "Wareneinsatz", "share of wallet", "win rate", "gatekeeper",
                  "cost to serve"]
"""What a customer's page never speaks of, in any language of the kit."""
INTERNAL_TEXTS = {"risks": ("driver", "solution"), "objectives": ("text",),
                  "complaints": ("subject",), "deals": ("loss_reason",),
                  "segment_overrides": ("reason",), "black_ops_scores": ("move",),
                  "counter_measures": ("measure",), "competitor_signals": ("kind", "source")}
"""Columns of the export with sentences that no customer may read."""
TEXT_LENGTH, TEXT_WORDS = 24, 4
"""Shorter ones may stand on a page by chance."""
ID, NAME, RIVAL, RATER = ("another account's id", "another account's name", "a competitor",
                          "a rater")
IN_USE = {"products": ("family",), "plan_components": ("name",), "contacts": ("name",),
          "benefits": ("confirmed_by",)}
"""Columns whose words stand on many pages: what is left of a name may be made of them."""
PATH_PARTS = 4
"""Shorter paths, as /data, are words of their own and found by the general rules anyway."""
AMOUNTS = ("gross_margin_ltm_low", "gross_margin_ltm_high", "gross_margin_quarter_low",
           "gross_margin_quarter_high", "potential", "realizable_potential", "annual_wallet",
           "wallet")
COMMON_RATES = {0.0, 100.0}
"""Internal rates that are too common to be searched for."""
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
    kinds, in_use = _named(workspace, review), _words_in_use(workspace)
    kinds[NAME] |= short_names(kinds[NAME], in_use)
    kinds[RIVAL] |= short_names(kinds[RIVAL], in_use)
    searched: dict[str, list[str]] = {}
    for kind, terms in kinds.items():
        freely, as_written, _ = told_apart(terms)
        searched |= {kind: sorted(freely), f"{kind}{AS_WRITTEN}": sorted(as_written)}
    return searched | {
        "another account's contact": sorted(_contacts(workspace)),
        INTERNAL_TEXT: sorted(internal_texts(workspace)),
        "a segment": SEGMENTS,
        "a word of ours": INTERNAL_WORDS,
        "a path of this computer": sorted(str(path) for path in paths
                                          if len(path.parts) >= PATH_PARTS),
        "a parameter": ["account_view"],
    }


def unsearchable_terms(workspace: Workspace) -> dict[str, list[str]]:
    """Terms of the export that no page can be searched for, as they are words of every page.

    Parameters
    ----------
    workspace : Workspace
        What was read.

    Returns
    -------
    dict
        By kind, as ``{"a competitor": ["Service"]}``; only kinds with such terms.
    """
    lost = {kind: sorted(told_apart(terms).not_at_all)
            for kind, terms in _named(workspace).items()}
    return {kind: terms for kind, terms in lost.items() if terms}


def _named(workspace: Workspace, review: QuarterReview | None = None) -> dict[str, set[str]]:
    """Ids and names of all accounts, members of a group too, competitors and raters."""
    tables = workspace.tables
    known = [] if review is None else [review.accounts]
    known += [tables["accounts"]] if "accounts" in tables else []
    rivals = {name for table in ("deals", "competitor_signals")
              for cell in _values(workspace, table, "competitor")
              for name in (" ".join(one.split()) for one in cell.split(SEVERAL))
              if name.casefold() not in UNKNOWN}
    return {ID: {one for table in known for one in table["account_id"].dropna()},
            NAME: {one for table in known for one in table["name"].dropna()},
            RIVAL: rivals, RATER: _values(workspace, "black_ops_scores", "rater")}


def _values(workspace: Workspace, table: str, column: str) -> set[str]:
    """What a column of the export holds; nothing where there is none."""
    held = workspace.tables.get(table)
    return set() if held is None or column not in held else set(held[column].dropna())


def _words_in_use(workspace: Workspace) -> set[str]:
    """Words of product families, of parts of a plan, and of people on both sides."""
    texts = _our_people(workspace).union(*(
        _values(workspace, table, column) for table, columns in IN_USE.items()
        for column in columns))
    return {word for text in texts for word in words_in(text)}


def _our_people(workspace: Workspace) -> set[str]:
    """Who owns something on our side; of promises only those that are ours count."""
    owned = {name: table for name, table in workspace.tables.items() if "owner" in table}
    if (promises := owned.get("commitments")) is not None:
        owned["commitments"] = promises[promises["side"] == "ours"]
    return {name for table in owned.values() for name in table["owner"].dropna()}


def _contacts(workspace: Workspace) -> set[str]:
    """Full names and e-mail addresses of all contacts but those named as our people are."""
    names = {name for name in _values(workspace, "contacts", "name") if " " in name.strip()}
    return (names - _our_people(workspace)) | _values(workspace, "contacts", "email")


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


def own_names(names: Iterable[str]) -> list[str]:
    """Names as they may stand on their own page: whole, and without their legal form."""
    return [form for name in names for form in (name, *without_legal_form(name))]


def group_members(workspace: Workspace) -> dict[str, list[str]]:
    """Ids and names of the members of each group, by the group's account."""
    master = workspace.tables.get("accounts")
    if master is None or not workspace.settings.accounts.roll_up:
        return {}
    rolled = master.assign(top=master["account_id"].map(top_parents(master)))
    return {str(top): [*group["account_id"], *group["name"].dropna()]
            for top, group in rolled.groupby("top")}


def internal_figures(row: Any, view: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Margins, potential and present value of the account as a page would print them.

    Parameters
    ----------
    row : mapping
        The account's figures. [amounts in its currency or the company's, rates as shares]
    view : dict
        The customer's own view: a figure that it holds as well is none.

    Returns
    -------
    dict
        `FIGURE` and its texts: amounts of five digits with and without separators, the rate of
        the gross margin and a return that is not positive as percent with one decimal. The
        present value counts with such a return alone: beside a positive one the page shows it.
    """
    codes = {"en", view["account"]["language"]}
    held = list(_numbers(view))
    is_shown = any(roi > 0 for roi in _finite(row, ("roi",)))  # with its present value
    names = AMOUNTS if is_shown else (*AMOUNTS, "npv")
    amounts = {abs(round(value)) for value in _finite(row, names)} - {
        abs(round(value)) for value in held}
    long = [amount for amount in amounts if len(str(amount)) >= NUMBER_LENGTH]
    rates = {abs(round(100 * rate, 1)) for rate in _internal_rates(row)} - {
        abs(round(value, 1)) for one in held for value in (one, 100 * one)}
    printed = {language(code).number(amount) for amount in long for code in codes}
    printed |= {str(amount) for amount in long}
    printed |= {language(code).percent(rate / 100) for rate in rates - COMMON_RATES
                for code in codes}
    return {FIGURE: tuple(sorted(printed))}


def _internal_rates(row: Any) -> Iterator[float]:
    """Gross margin as a share of revenue, and the return where a page would not show it."""
    for span in ("ltm", "quarter"):
        for revenue in _finite(row, (f"revenue_{span}",)):
            if revenue:
                yield from (margin / revenue for margin in _finite(
                    row, (f"gross_margin_{span}_low", f"gross_margin_{span}_high")))
    yield from (roi for roi in _finite(row, ("roi",)) if roi <= 0)


def _finite(row: Any, names: Iterable[str]) -> list[float]:
    """Those of some figures that are known."""
    return [float(row[name]) for name in names if name in row and np.isfinite(row[name])]


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, (int, float)):
        yield value
