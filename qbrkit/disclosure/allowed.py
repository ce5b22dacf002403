"""The allow-list: everything that a customer can ever see, and what it means.

To disclose less, take a line away: the column is then in no file and on no page. Each entry
is one line, and the lines of brackets hold none.
"""

from qbrkit import columns
from qbrkit.columns import Column, Table

ACCOUNT: dict[str, Column] = {name: columns.TABLES["accounts"][name] for name in (
    "name",
    "currency",
    "language",
    "owner",
)}
"""Columns of ``accounts`` that the customer sees, or that say how the page is written."""
COMPANY: dict[str, Column] = {column.name: column for column in (
    Column("name", "text", "our name"),
    Column("accent", "text", "the one color of the page"),
    Column("logo", "text", "our logo"),
)}
"""What the page says of the supplier."""


def _table(name: str, row: str, *entries: tuple[str, str, str]) -> tuple[str, Table]:
    return name, Table(name, row, tuple(Column(*entry) for entry in entries))


_PROMISE = (
    ("review_quarter", "quarter", "the review it was made in"),
    ("side", "text", "whose promise: ours or theirs"),
    ("text", "text", "what was promised"),
    ("owner", "text", "who keeps it"),
    ("due", "date", "until when"),
    ("outcome", "text", "kept, missed, dropped, open, or overdue"),
    ("overdue_days", "number", "days since it was due, where it is overdue"),
)
TABLES: dict[str, Table] = dict((
    _table(
        "revenue_by_quarter", "the account's purchases in one quarter",
        ("quarter", "quarter", "the fiscal quarter"),
        ("revenue", "money", "net amount invoiced"),
    ),
    _table(
        "revenue_by_family", "the account's purchases in one product family",
        ("family", "text", "product family"),
        ("revenue", "money", "net amount invoiced in the quarter"),
        ("revenue_year_ago", "money", "the same, a year before"),
        ("change_rate", "number", "change on a year before, as a share"),
        ("revenue_ltm", "money", "net amount invoiced in twelve months"),
        ("share_ltm", "share", "its share of the purchases of twelve months"),
    ),
    _table(
        "promises", "one promise of the review before",
        *_PROMISE,
        ("reason", "text", "why it was missed or dropped"),
    ),
    _table(
        "promise_counts", "what became of the promises of one side in one earlier review",
        ("review_quarter", "quarter", "the review they were made in"),
        ("side", "text", "whose promises: ours or theirs"),
        ("made_n", "number", "how many were made"),
        ("kept_n", "number", "how many were kept"),
        ("open_n", "number", "how many are open and not yet due"),
    ),
    _table(
        "value_lines", "one benefit or service of the last twelve months",
        ("part", "text", "benefit, extra mile, or free in the plan"),
        ("name", "text", "what it is"),
        ("class", "text", "confirmed, estimated, or soft"),
        ("amount_quarter_before", "money", "what it is worth in the quarter before"),
        ("amount_quarter", "money", "what it is worth in the quarter"),
        ("amount", "money", "what it is worth in twelve months"),
        ("evidence", "text", "references to reports or tickets"),
        ("confirmed_by", "text", "who at the customer confirmed it"),
        ("confirmed_on", "date", "when it was last confirmed"),
        ("is_old", "flag", "its unit value was last confirmed more than twelve months ago"),
    ),
    _table(
        "value_calculations", "how the amount of a benefit or service is calculated",
        ("part", "text", "benefit, extra mile, or free in the plan"),
        ("name", "text", "what it is"),
        ("class", "text", "confirmed, estimated, or soft"),
        ("quarter", "quarter", "the fiscal quarter, where it differs from quarter to quarter"),
        ("measured", "number", "better by how much, or how many were delivered"),
        ("unit_value", "money", "worth or list value of one"),
        ("risk", "share", "share taken off for risk"),
        ("charged", "money", "what was charged for it"),
        ("amount", "money", "measured × unit value × (1 - risk) - charged"),
    ),
    _table(
        "value_by_part", "one part of the value, confirmed and estimated together",
        ("part", "text", "benefit, extra mile, or free in the plan"),
        ("amount_quarter_before", "money", "in the quarter before"),
        ("amount_quarter", "money", "in the quarter"),
        ("amount", "money", "in twelve months"),
    ),
    _table(
        "value_by_quarter", "the value of one of the last four quarters",
        ("quarter", "quarter", "the fiscal quarter"),
        ("confirmed", "money", "confirmed value"),
        ("estimated", "money", "estimated value"),
    ),
    _table(
        "value_return", "what a positive return is made of, in twelve months",
        ("item", "text", "the value, what was paid to us, or the customer's own effort"),
        ("amount", "money", "as received or spent"),
        ("present_value", "money", "as worth at the beginning of the twelve months"),
    ),
    _table(
        "plan", "one component of the account's plan",
        ("name", "text", "what it is called"),
        ("plan_only", "flag", "cannot be had without the plan"),
        ("year_from", "date", "first day of the plan year"),
        ("year_until", "date", "last day of the plan year; what is open lapses with it"),
        ("is_renewed", "flag", "included anew after that day"),
        ("included_quantity", "number", "included in the plan year"),
        ("used_quantity", "number", "used in it up to the review"),
        ("open_quantity", "number", "still to be used"),
        ("over_quantity", "number", "used beyond what is included"),
        ("used_value", "money", "list value of what was used"),
        ("open_value", "money", "list value of what is open"),
    ),
    _table(
        "bought_elsewhere", "what would have to be bought or paid elsewhere in twelve months",
        ("name", "text", "what it is"),
        ("kind", "text", "free in the plan, extra mile, rebate, or one-off"),
        ("class", "text", "confirmed, or estimated"),
        ("amount", "money", "what it is worth in twelve months, at list value"),
    ),
    _table(
        "service_levels", "one measure of service in the quarter",
        ("measure", "text", "what is measured"),
        ("member", "text", "at which of the customer's companies, where there are several"),
        ("better", "text", "whether more or less is better"),
        ("unit", "text", "unit of the levels"),
        ("promised", "number", "the level promised"),
        ("delivered", "number", "the level reached"),
        ("delivered_before", "number", "the level reached in the quarter before"),
        ("outcome", "text", "kept, or missed"),
        ("remark", "text", "why it was missed and what we do about it"),
    ),
    _table(
        "service_history", "one measure of service in one of the last four quarters",
        ("measure", "text", "what is measured"),
        ("member", "text", "at which of the customer's companies, where there are several"),
        ("quarter", "quarter", "the fiscal quarter"),
        ("better", "text", "whether more or less is better"),
        ("unit", "text", "unit of the levels"),
        ("promised", "number", "the level promised"),
        ("delivered", "number", "the level reached"),
        ("outcome", "text", "kept, or missed"),
    ),
    _table(
        "ahead", "one risk to prepare for together",
        ("customer_risk", "text", "the risk from the customer's side"),
        ("window_start", "date", "it may come from"),
        ("window_end", "date", "it may come until"),
        ("act_by", "date", "decide by, to be in time; none once that day has passed"),
        ("customer_answer", "text", "what both sides do about it"),
        ("owner", "text", "who answers for it"),
        ("due", "date", "until when"),
    ),
    _table(
        "season", "one calendar month of an account that buys by season",
        ("calendar_month", "number", "1 to 12"),
        ("share_of_average", "number", "usual purchases as a share of an average month"),
        ("season", "text", "peak, trough, or neither"),
    ),
    _table(
        "upcoming", "one promise that is still open",
        *_PROMISE,
        ("is_later", "flag", "due after the next ninety days"),
    ),
))
"""Every table, and every column of it, that a customer can ever see."""
FIGURES: dict[str, Column] = {entry[0]: Column(*entry) for entry in (
    ("revenue_quarter", "money", "purchases in the quarter"),
    ("revenue_quarter_year_ago", "money", "purchases in the same quarter a year before"),
    ("revenue_change", "money", "the difference of the two"),
    ("revenue_change_rate", "number", "the difference as a share"),
    ("revenue_ltm", "money", "purchases in twelve months"),
    ("revenue_ltm_before", "money", "purchases in the twelve months before those"),
    ("revenue_ltm_change", "money", "the difference of the two"),
    ("revenue_ltm_change_rate", "number", "the difference as a share"),
    ("value_ltm", "money", "confirmed and estimated value of twelve months"),
    ("value_confirmed_ltm", "money", "of that, confirmed"),
    ("value_estimated_ltm", "money", "of that, estimated"),
    ("value_soft_ltm", "money", "soft value of twelve months, in no other sum"),
    ("free_in_plan_ltm", "money", "value of components that come with the plan only"),
    ("value_quarter", "money", "confirmed and estimated value of the quarter"),
    ("value_quarter_before", "money", "the same, of the quarter before"),
    ("multiplier", "number", "the value as a multiple of the benefit of the product alone"),
    ("roi", "number", "return on all that was spent, if it is positive"),
    ("break_even_haircut", "share", "how far the value may shrink until the return is zero"),
    ("discount_rate", "share", "by which a year is discounted, if the return is positive"),
    ("break_even_discount", "number", "how much lower an offer comes to the same; only if so set"),
    ("season_months", "number", "months of purchases in which the season was found"),
    ("payback_months", "number", "until the value covers the spend, if the return is positive"),
)}
"""Every single figure that a customer can ever see. A return that is not positive stays
internal until it has been talked about."""
