"""Which column of a source plays which role of a table, by its heading and what it holds."""

from dataclasses import dataclass, field

from qbrkit.columns import TABLES
from qbrkit.proposal.export import Column, Export
from qbrkit.proposal.headings import ADDRESS
from qbrkit.proposal.review_headings import REVIEW_HEADINGS
from qbrkit.proposal.wording import RANKS, is_file_of, plain

NUMERIC = {"quantity", "revenue", "gross", "tax", "unit_price", "discount", "discount_amount",
           "cost", "unit_cost", "profit", "list_value", "employees", "annual_wallet",
           "amount", "rate", "influence", "promised", "delivered", "baseline", "actual",
           "unit_value", "included_quantity", "unit_list_value", "charged"}
DATED = {"invoice_date", "date", "close_date", "contract_end", "month", "due", "valid_from",
         "valid_to", "confirmed_on", "window_start", "window_end"}
TEXTUAL = {"name", "product_name", "account_name", "contact_name", "family", "title", "email"}
"""Roles whose columns are not numbers with decimals, and no dates."""
QUARTERS = {"quarter", "review_quarter"}
LONGEST_PREFIX = 4
KEYS = {"accounts": "account_id", "products": "product_id", "families": "family_id",
        "contacts": "contact_id", "deals": "deal_id", "activities": "activity_id"}
NAMED_BY = {"benefits": ("benefit_id", "name"), "plan_components": ("component_id", "name")}
"""Ids that a list kept by hand may lack, and the role whose texts then serve as ids."""
"""Roles that identify a record of a table; they cannot be filled by a column of names."""


@dataclass(frozen=True)
class Roles:
    """Columns of one source by the roles they play in one table.

    Parameters
    ----------
    columns : dict of str to str
        Role: heading.
    guessed : frozenset of str
        Roles whose heading may mean something else too.
    others : dict of str to tuple of str
        Further headings that could play a role, the better first.
    """

    columns: dict[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __contains__(self, role: str) -> bool:
        return role in self.columns

    def __getitem__(self, role: str) -> str:
        return self.columns[role]

    def get(self, role: str) -> str:
        """The heading of a role, empty when there is none."""
        return self.columns.get(role, "")


def find_roles(export: Export, table: str, may_be_empty: bool = False) -> Roles:
    """Roles of one table that the columns of a source can play.

    Parameters
    ----------
    export : Export
        The source.
    table : str
        A table of `RANKS`; a contract column of the same name always fits.
    may_be_empty : bool
        Whether a column without any value plays a role as well, where no other one does.
    """
    if not export.has_header:
        return Roles()
    prefix = common_prefix(list(export.columns))
    words = {name: {plain(name), plain(name[len(prefix):]), plain(name.removesuffix("__c"))}
             for name in export.columns}
    has_address = any(one in ADDRESS for found in words.values() for one in found)
    columns: dict[str, str] = {}
    guessed = set()
    others = {}
    for role, ranks in RANKS[table].items():
        own = TABLES[table].names if table in TABLES else ()
        known = ({plain(role): (-1, False)} if role in own else {}) | ranks
        found = sorted((not column.filled, role in DATED and not column.is_date,
                        *min(known[word] for word in words[name] & set(known)), at, name)
                       for at, (name, column) in enumerate(export.columns.items())
                       if words[name] & set(known) and (
                           _can_play(role, column) or (may_be_empty and not column.filled)))
        if role == "territory" and has_address:  # a region beside a city is a state
            found = [one for one in found if plain(one[-1][len(prefix):]) != "region"]
        if found:
            columns[role] = found[0][-1]
            others[role] = tuple(name for *_, name in found[1:])
            if found[0][3]:
                guessed.add(role)
    return _without_doubles(Roles(columns, frozenset(guessed), others), table)


def find_whole(export: Export, table: str) -> Roles | None:
    """Roles of a table other than lines and masters, when those that it requires are there.

    Parameters
    ----------
    export : Export
        A source that is named after the table.
    table : str
        The table.
    """
    roles = find_roles(export, table, may_be_empty=True)
    lacking, name = NAMED_BY.get(table, ("", ""))
    columns = dict(roles.columns)
    if lacking and lacking not in columns and name in columns:
        columns[lacking] = columns[name]
    if table == "risks" and "risk_id" not in columns and "customer_risk" in columns:
        columns["risk_id"] = columns["customer_risk"]
    is_whole = all(role in columns and export.columns[columns[role]].filled
                   for role in TABLES[table].required)
    return Roles(columns, roles.guessed, roles.others) if is_whole else None


def is_of_review(export: Export) -> bool:
    """Whether a source is a list for the external review: no lines, and no master table."""
    return any(is_file_of(table, export.label) and find_whole(export, table)
               for table in REVIEW_HEADINGS)


def _can_play(role: str, column: Column) -> bool:
    """Whether a column's values allow a role."""
    if not column.filled:
        return False
    if role in NUMERIC:
        return column.is_number
    if role in DATED:
        return column.is_date or column.kind in {"whole", "text"}
    if role in {"currency", "to_currency"}:  # From and To may also be days
        return column.kind == "text"
    if role in QUARTERS:  # of days only one that is sure: its quarter can be told
        return not column.is_date or column.kind == "date"
    if role in TEXTUAL:
        return not column.is_date and column.kind != "number"
    return column.kind != "unsettled" if role.endswith("_id") else True


def _without_doubles(roles: Roles, table: str) -> Roles:
    """One column in one role: the id keeps it, then what the contract requires, then the sure."""
    columns = dict(roles.columns)
    taken: dict[str, str] = {}
    key = KEYS.get(table, "")
    needed = TABLES[table].required if table in TABLES else ()
    ordered = sorted(columns, key=lambda role: (role != key, role not in needed,
                                                role in roles.guessed))
    for role in ordered:
        column = columns[role]
        if column in taken:
            spare = next((name for name in roles.others.get(role, ())
                          if name not in columns.values()), "")
            if spare:
                columns[role] = spare
                taken[spare] = role
            else:
                del columns[role]
        else:
            taken[column] = role
    return Roles({role: columns[role] for role in roles.columns if role in columns},
                 roles.guessed & set(columns), roles.others)


def common_prefix(names: list[str]) -> str:
    """A short prefix with ``_`` that all headings share, as in ``c_custkey``, ``c_name``."""
    prefix = names[0].lower()[:names[0].find("_") + 1] if names else ""
    is_common = len(names) > 1 and all(name.lower().startswith(prefix) for name in names)
    return prefix if is_common and 1 < len(prefix) <= LONGEST_PREFIX + 1 else ""
