"""What a view holds: its language, its figures, its tables, as far as they are disclosed.

Chapters read a view through these functions alone: each has an answer also where an entry was
taken off the allow-list.
"""

from qbrkit.disclosure import AccountView
from qbrkit.disclosure.allowed import TABLES
from qbrkit.report.language import Language, language
from qbrkit.report.style import INK


def words_of(view: AccountView) -> Language:
    """The language of the account; English where it is not disclosed."""
    return language(view.account.get("language") or "en")


def name_of(view: AccountView) -> str:
    """The account's name; empty where it is not disclosed."""
    return view.account.get("name") or ""


def owner_of(view: AccountView) -> str:
    """The account manager; empty where nobody is named."""
    return view.account.get("owner") or ""


def company_of(view: AccountView) -> dict[str, str]:
    """The supplier's name, accent and logo, each empty where it is not disclosed."""
    return {name: view.company.get(name) or "" for name in ("name", "accent", "logo")}


def accent_of(view: AccountView) -> str:
    """The one color of the page; the color of the text where none is disclosed."""
    return view.company.get("accent") or INK


def currency_of(view: AccountView) -> str:
    """The currency of the account's money; empty where it is not disclosed."""
    return view.account.get("currency") or ""


def in_currency(caption: str, view: AccountView) -> str:
    """A caption with the currency of its money, where that is disclosed."""
    return ", ".join(filter(None, [caption, currency_of(view)]))


def figure_of(view: AccountView, name: str) -> float:
    """A figure of the view; missing also where it is not disclosed."""
    return view.figures.get(name, float("nan"))


def has_table(view: AccountView, name: str, *columns: str) -> bool:
    """Whether a table is disclosed with these columns."""
    return name in view.tables and set(columns) <= set(view.tables[name].columns)


def is_withheld(view: AccountView, name: str) -> bool:
    """Whether a table is on no customer's page: nothing is then said of it.

    One that is only not on record is missing from the view, too, and its chapter says so.
    """
    return name not in TABLES and name not in view.tables
