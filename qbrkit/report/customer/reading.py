"""What a view holds: its language, its figures, its tables, as far as they are disclosed."""

from qbrkit.disclosure import AccountView
from qbrkit.report.language import Language, language


def words_of(view: AccountView) -> Language:
    """The language of the account."""
    return language(view.account["language"])


def figure_of(view: AccountView, name: str) -> float:
    """A figure of the view; missing also where it is not disclosed."""
    return view.figures.get(name, float("nan"))


def has_table(view: AccountView, name: str, *columns: str) -> bool:
    """Whether a table is disclosed with these columns."""
    return name in view.tables and set(columns) <= set(view.tables[name].columns)
