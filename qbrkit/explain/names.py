"""Which account and which figure are meant; names that are not there are told with the nearest."""

from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from qbrkit.currencies import Rates
from qbrkit.errors import SettingError
from qbrkit.explain.catalog import ACCOUNT_FIGURES, COMPANY_FIGURES, OTHER_NAMES, Figure
from qbrkit.groups import Groups
from qbrkit.reviews import QuarterReview
from qbrkit.sources import Workspace

COMPANY = "company"


@dataclass(frozen=True)
class Subject:
    """Whose figure is asked for.

    Parameters
    ----------
    account_id : str
        The account after rolling up; "company" for the whole.
    name : str
        Its name.
    members : tuple of str
        It and the accounts that roll up to it, as billed; empty for the company.
    note : str
        How the account asked for led to this one; empty when they are the same.
    groups : Groups
        Who rolls up to whom, and the rates.
    """

    account_id: str
    name: str
    groups: Groups
    members: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_company(self) -> bool:
        """Whether the whole company is meant."""
        return not self.members


def groups_of(workspace: Workspace) -> Groups:
    """Who rolls up to whom, as the review has it."""
    settings = workspace.settings
    return Groups.of(workspace.tables.get("accounts"), Rates.of(
        workspace.tables.get("exchange_rates"), settings.company.currency),
        settings.accounts.roll_up)


def find_subject(workspace: Workspace, review: QuarterReview, asked: str) -> Subject:
    """The account of an id, else of an exact name; or the company.

    Raises
    ------
    SettingError
        If there is none, with the nearest ones, or if several have the name.
    """
    if asked == COMPANY:
        return Subject(COMPANY, workspace.settings.company.name, groups_of(workspace))
    groups = groups_of(workspace)
    parents = groups.parents
    names = review.accounts["name"].set_axis(pd.Index(review.accounts["account_id"]))
    account = find_account(workspace, review, asked,
                           f"ids are exact, qbr accounts lists them, and {COMPANY!r} is the whole")
    top = str(parents.get(account, account))
    children = parents.index[(parents == top) & (parents.index != top)]
    note = f"{account} rolls up to {top}; explained there." if top != account else ""
    return Subject(top, str(names[top]), groups, (top, *map(str, children)), note)


def find_account(workspace: Workspace, review: QuarterReview, asked: str, advice: str,
                 option: str = "account") -> str:
    """The id of an account of which the id or the exact name is given.

    Parameters
    ----------
    workspace : Workspace
        For the accounts as billed: those that roll up to another one have names, too.
    review : QuarterReview
        For the accounts reviewed.
    asked : str
        An id, else an exact name.
    advice : str
        End of the sentence that tells that there is none.
    option : str, default "account"
        Begins that sentence.

    Raises
    ------
    SettingError
        If there is none, with the nearest ones, or if several have the name.
    """
    names = review.accounts["name"].set_axis(pd.Index(review.accounts["account_id"]))
    if asked in names.index or asked in groups_of(workspace).parents.index:
        return asked
    called = names
    if "accounts" in workspace.tables:  # children have names of their own
        billed = workspace.tables["accounts"].set_index("account_id")["name"].dropna()
        called = pd.concat([names, billed[~billed.index.isin(names.index)]])
    found = [str(account) for account in called.index[called == asked]]
    if len(found) == 1:
        return found[0]
    if found:
        raise SettingError(f"{option}: {len(found)} accounts are named {asked!r}: "
                           f"{', '.join(found[:8])}; give the id of one")
    raise SettingError(f"{option}: there is no {asked!r}{_nearest_accounts(called, asked)}; "
                       f"{advice}")


def _nearest_accounts(called: pd.Series, asked: str) -> str:
    """Accounts whose id or name is spelled nearly so, as a part of a sentence.

    Those that lack but zeros, or the beginning of the id, come first.
    """
    by_text: dict[str, str] = {}
    for account, name in called.items():
        by_text.setdefault(str(name).casefold(), f"{account} ({name})")
        by_text[str(account).casefold()] = f"{account} ({name})"
    bare, ids = asked.lstrip("0"), list(map(str, called.index))
    shorter = [one for one in ids if bare and one.lstrip("0") == bare]
    shorter += [one for one in ids if asked and one.endswith(asked)]
    close = [*map(str.casefold, shorter),
             *get_close_matches(asked.casefold(), by_text, n=5, cutoff=0.5)]
    listed = list(dict.fromkeys(by_text[text] for text in close))[:3]
    return f"; nearest: {', '.join(listed)}" if listed else ""


def find_figure(subject: Subject, asked: str) -> Figure:
    """The figure of a name; hyphens count as underscores, case does not count.

    Raises
    ------
    SettingError
        If there is none, with the nearest ones and all there are.
    """
    figures = COMPANY_FIGURES if subject.is_company else ACCOUNT_FIGURES
    name = asked.strip().lower().replace("-", "_").replace(" ", "_")
    name = name if name in figures else OTHER_NAMES.get(name, name)
    if name in figures:
        return figures[name]
    whose = "the company" if subject.is_company else "an account"
    close = get_close_matches(name, figures, n=3, cutoff=0.5)
    nearest = f"; nearest: {', '.join(close)}" if close else ""
    if name in COMPANY_FIGURES:
        nearest = f"; it is a total: qbr explain {COMPANY} {name}"
    elif name in ACCOUNT_FIGURES:
        nearest = f"; it belongs to an account: qbr explain ID {name}"
    raise SettingError(f"figure: {whose} has no {asked!r}{nearest}; there are "
                       f"{', '.join(figures)}")
