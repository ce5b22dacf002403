"""The allow-list: everything that a customer can ever see, and what it means.

To disclose less, take a line away: the column is then in no file and on no page.
"""

from qbrkit import columns
from qbrkit.columns import Column, Table

ACCOUNT: dict[str, Column] = {column.name: column for column in columns.TABLES["accounts"].columns
                              if column.audience == columns.CUSTOMER}
"""Columns of ``accounts`` that the customer sees."""
COMPANY: dict[str, Column] = {column.name: column for column in (
    Column("name", "text", "our name"),
    Column("accent", "text", "the one color of the page"),
    Column("logo", "text", "our logo"),
    Column("fiscal_year_start", "number", "first month of our fiscal year"),
)}
"""What the page says of the supplier."""


def _table(name: str, row: str, *entries: tuple[str, str, str]) -> tuple[str, Table]:
    return name, Table(name, row, tuple(Column(*entry) for entry in entries))


_PROMISE = (
    ("side", "text", "whose promise: ours or theirs"),
    ("text", "text", "what was promised"),
    ("owner", "text", "who keeps it"),
    ("due", "date", "until when"),
    ("outcome", "text", "kept, missed, dropped, open, or overdue"),
)
TABLES: dict[str, Table] = dict((
    _table("revenue_by_quarter", "the account's purchases in one quarter",
           ("quarter", "quarter", "the fiscal quarter"),
           ("revenue", "money", "net amount invoiced")),
    _table("revenue_by_family", "the account's purchases in one product family",
           ("family", "text", "product family"),
           ("revenue", "money", "net amount invoiced in the quarter"),
           ("revenue_year_ago", "money", "the same, a year before"),
           ("change_rate", "number", "change on a year before, as a share")),
    _table("promises", "one promise of the review before", *_PROMISE),
    _table("value_lines", "one benefit or service of the last twelve months",
           ("part", "text", "benefit, extra mile, or free in the plan"),
           ("name", "text", "what it is"),
           ("class", "text", "confirmed, estimated, or soft"),
           ("times_n", "number", "how many entries"),
           ("amount", "money", "what it is worth"),
           ("evidence", "text", "references to reports or tickets")),
    _table("plan", "one component of the account's plan",
           ("name", "text", "what it is called"),
           ("plan_only", "flag", "cannot be had without the plan"),
           ("included_quantity", "number", "included per year"),
           ("used_quantity", "number", "used in the year"),
           ("open_quantity", "number", "still to be used"),
           ("unit_list_value", "money", "list value of one"),
           ("used_value", "money", "list value of what was used")),
    _table("service_levels", "one measure of service in the quarter",
           ("measure", "text", "what is measured"),
           ("promised", "number", "the level promised"),
           ("delivered", "number", "the level reached")),
    _table("upcoming", "one promise of the next ninety days", *_PROMISE),
))
"""Every table, and every column of it, that a customer can ever see."""
FIGURES: dict[str, Column] = {column.name: column for column in (
    Column("revenue_quarter", "money", "purchases in the quarter"),
    Column("revenue_quarter_year_ago", "money", "purchases in the same quarter a year before"),
    Column("revenue_change", "money", "the difference of the two"),
    Column("revenue_change_rate", "number", "the difference as a share"),
    Column("revenue_ltm", "money", "purchases in twelve months"),
    Column("value_ltm", "money", "value received in twelve months"),
    Column("value_confirmed_ltm", "money", "of that, confirmed"),
    Column("value_estimated_ltm", "money", "of that, estimated"),
    Column("value_soft_ltm", "money", "of that, soft"),
    Column("free_in_plan_ltm", "money", "of that, components that come with the plan only"),
    Column("roi", "number", "return on all that was spent, if it is positive"),
    Column("payback_months", "number", "months until the value covers the spend, if the return "
           "is positive"),
)}
"""Every single figure that a customer can ever see. A return that is not positive stays
internal until it has been talked about."""
