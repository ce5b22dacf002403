"""The contract: every table and column a workspace may hold.

Read by the checks (types, required, allowed values, keys), by the documentation
(data/README.md is generated from here) and by the disclosure (audience).
"""

from dataclasses import dataclass

INTERNAL, CUSTOMER = "internal", "customer"

KINDS = {
    "id": "text, exactly as exported: 00123 is not 123",
    "text": "text",
    "money": "number, in the currency of the row",
    "number": "number",
    "share": "number from 0 to 1",
    "date": "date",
    "month": "month, as 2026-08 or any date in it",
    "quarter": "fiscal quarter, as 2026Q3",
    "flag": "yes or no",
}

NUMBERS = {"money", "number", "share"}
"""Kinds that are numbers."""


@dataclass(frozen=True)
class Column:
    """One column: its kind, its meaning, and who may see it."""

    name: str
    kind: str
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    audience: str = INTERNAL


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns, and the columns that identify a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there and filled in."""
        return tuple(column.name for column in self.columns if column.required)


def _columns(*entries: tuple) -> tuple[Column, ...]:
    """Columns from (name, kind, meaning, marks...): required, customer, or allowed values."""
    made = []
    for name, kind, meaning, *marks in entries:
        made.append(Column(
            name, kind, meaning,
            required="required" in marks,
            allowed=next((mark for mark in marks if isinstance(mark, tuple)), ()),
            audience=CUSTOMER if CUSTOMER in marks else INTERNAL,
        ))
    return tuple(made)


_ACCOUNT = ("account_id", "id", "the account as billed", "required")

TABLES: dict[str, Table] = {table.name: table for table in (
    Table("accounts", "one business customer as billed", _columns(
        ("account_id", "id", "identifies the account", "required"),
        ("name", "text", "the company's name", CUSTOMER),
        ("parent_id", "id", "the account it rolls up to"),
        ("territory", "text", "sales territory"),
        ("industry", "text", "line of business"),
        ("employees", "number", "people employed there"),
        ("annual_wallet", "money", "what it can spend in our families in a year, as stated by it"),
        ("currency", "text", "ISO code of the currency it is billed and reported in", CUSTOMER),
        ("language", "text", "language of its review, as en or de", CUSTOMER),
        ("country", "text", "ISO code or name of its country"),
        ("owner", "text", "our account manager", CUSTOMER),
        ("plan_id", "id", "its maintenance plan"),
        ("contract_end", "date", "last day of its contract"),
        ("do_not_contact", "flag", "it asked not to be contacted"),
    ), key=("account_id",)),
    Table("invoice_lines", "one line of an invoice or credit note", _columns(
        ("invoice_id", "id", "the invoice or credit note"),
        ("line_id", "id", "the line within the invoice"),
        ("invoice_date", "date", "date of the invoice", "required"),
        ("account_id", "id", "the account billed; empty counts as not assigned", "required"),
        ("product_id", "id", "the product"),
        ("quantity", "number", "quantity, negative when taken back"),
        ("unit", "text", "unit of measure"),
        ("revenue", "money", "net amount without tax, negative for credits", "required"),
        ("cost", "money", "cost of goods; empty means unknown, not zero"),
        ("list_value", "money", "value at list price"),
        ("currency", "text", "ISO code; the company's currency when empty"),
        ("kind", "text", "what the line is; invoice when empty",
         ("invoice", "credit", "return", "free")),
        ("reference_invoice_id", "id", "the invoice a credit belongs to"),
    ), key=("invoice_id", "line_id")),
    Table("products", "one product", _columns(
        ("product_id", "id", "identifies the product", "required"),
        ("name", "text", "what it is called", CUSTOMER),
        ("family", "text", "product family", CUSTOMER),
    ), key=("product_id",)),
    Table("exchange_rates", "the rate of one currency in one month", _columns(
        ("currency", "text", "ISO code of the foreign currency", "required"),
        ("month", "month", "the month", "required"),
        ("rate", "number", "company currency paid for one unit of the foreign one", "required"),
    ), key=("currency", "month")),
    Table("targets", "what was to be sold in one quarter", _columns(
        ("account_id", "id", "target of an account"),
        ("owner", "text", "target of an account manager"),
        ("territory", "text", "target of a territory"),
        ("quarter", "quarter", "the fiscal quarter", "required"),
        ("revenue", "money", "revenue to be reached, company currency"),
        ("gross_margin", "money", "gross margin to be reached, company currency"),
    )),
    Table("contacts", "one person at an account", _columns(
        ("contact_id", "id", "identifies the person", "required"),
        _ACCOUNT,
        ("name", "text", "the person's name"),
        ("title", "text", "position"),
        ("email", "text", "e-mail address; the same address is the same person"),
        ("roles", "text", "decider, influencer, gatekeeper, buyer, user; several with ;"),
        ("influence", "number", "1 (little) to 5 (decides)"),
        ("active", "flag", "still there; yes when empty"),
    ), key=("contact_id",)),
    Table("activities", "one exchange with a person", _columns(
        ("activity_id", "id", "identifies the exchange"),
        _ACCOUNT,
        ("contact_id", "id", "the person"),
        ("date", "date", "when", "required"),
        ("owner", "text", "who of ours"),
        ("channel", "text", "how", ("visit", "video", "phone", "email", "event")),
        ("direction", "text", "two_way when both sides spoke or wrote",
         ("two_way", "outbound", "inbound")),
    ), key=("activity_id",)),
    Table("plan_components", "one component included in a maintenance plan", _columns(
        ("plan_id", "id", "the plan", "required", CUSTOMER),
        ("component_id", "id", "the component", "required", CUSTOMER),
        ("name", "text", "what it is called", CUSTOMER),
        ("included_quantity", "number", "included per year", CUSTOMER),
        ("unit_list_value", "money", "list value of one, account currency", CUSTOMER),
        ("valid_from", "date", "first day", CUSTOMER),
        ("valid_to", "date", "last day", CUSTOMER),
        ("plan_only", "flag", "cannot be had without the plan", CUSTOMER),
        ("free_elsewhere", "flag", "other suppliers give it free, so it is not counted as "
         "plan-only"),
    )),
    Table("services", "one service delivered to an account", _columns(
        _ACCOUNT,
        ("date", "date", "when it was delivered", "required", CUSTOMER),
        ("service_id", "id", "a service outside the plan", CUSTOMER),
        ("component_id", "id", "a component of the plan", CUSTOMER),
        ("quantity", "number", "how many", "required", CUSTOMER),
        ("unit_list_value", "money", "list value of one, account currency", CUSTOMER),
        ("charged", "money", "what was charged for it, account currency", CUSTOMER),
        ("evidence", "text", "reference to a report or ticket", CUSTOMER),
    )),
    Table("benefits", "one measured benefit in one quarter", _columns(
        _ACCOUNT,
        ("benefit_id", "id", "identifies the benefit", "required", CUSTOMER),
        ("quarter", "quarter", "the fiscal quarter", "required", CUSTOMER),
        ("name", "text", "what it is", CUSTOMER),
        ("baseline", "number", "the measure before", CUSTOMER),
        ("actual", "number", "the measure now", CUSTOMER),
        ("better", "text", "which way is better; more when empty", ("more", "less"), CUSTOMER),
        ("unit_value", "money", "what one unit of it is worth, account currency", CUSTOMER),
        ("class", "text", "how sure it is", ("confirmed", "estimated", "soft"), CUSTOMER),
        ("risk", "share", "share taken off for risk; 0 when empty", CUSTOMER),
        ("confirmed_by", "text", "who at the customer confirmed it", CUSTOMER),
        ("confirmed_on", "date", "when it was confirmed", CUSTOMER),
        ("evidence", "text", "reference", CUSTOMER),
    ), key=("account_id", "benefit_id", "quarter")),
    Table("customer_costs", "the customer's own effort in one quarter", _columns(
        _ACCOUNT,
        ("quarter", "quarter", "the fiscal quarter", "required", CUSTOMER),
        ("kind", "text", "what the effort was", CUSTOMER),
        ("amount", "money", "what it cost them, account currency", "required", CUSTOMER),
    )),
    Table("switching_costs", "what one account would forgo or bear by changing its supplier",
          _columns(
              _ACCOUNT,
              ("kind", "text", "rebate, forfeited within twelve months, or one_off, borne once",
               "required", ("rebate", "one_off"), CUSTOMER),
              ("name", "text", "what it is", "required", CUSTOMER),
              ("amount", "money", "how much, account currency", "required", CUSTOMER),
              ("class", "text", "how sure it is; estimated when empty, and an estimated one_off "
               "is not counted", ("confirmed", "estimated"), CUSTOMER),
              ("confirmed_by", "text", "who at the customer confirmed it", CUSTOMER),
              ("confirmed_on", "date", "when it was confirmed", CUSTOMER),
              ("evidence", "text", "reference", CUSTOMER),
          ), key=("account_id", "kind", "name")),
    Table("deals", "one sales opportunity", _columns(
        ("deal_id", "id", "identifies the deal", "required"),
        ("account_id", "id", "the account"),
        ("territory", "text", "sales territory"),
        ("family", "text", "product family"),
        ("outcome", "text", "how it ended", ("won", "lost", "no_decision", "open")),
        ("competitor", "text", "who else offered; empty or unknown when not known"),
        ("amount", "money", "worth, company currency"),
        ("close_date", "date", "when it was decided"),
        ("loss_reason", "text", "why it was lost"),
    ), key=("deal_id",)),
    Table("competitor_signals", "one observation of a competitor", _columns(
        ("competitor", "text", "who", "required"),
        ("territory", "text", "where"),
        ("date", "date", "when", "required"),
        ("kind", "text", "what was counted"),
        ("value", "number", "how much"),
        ("source", "text", "where it was read"),
    )),
    Table("market", "the size of a market in one quarter", _columns(
        ("territory", "text", "where"),
        ("family", "text", "product family"),
        ("quarter", "quarter", "the fiscal quarter", "required"),
        ("size", "money", "company currency", "required"),
    )),
    Table("service_levels", "one promised measure of service in one quarter", _columns(
        _ACCOUNT,
        ("quarter", "quarter", "the fiscal quarter", "required", CUSTOMER),
        ("measure", "text", "what is measured", "required", CUSTOMER),
        ("promised", "number", "the level promised", CUSTOMER),
        ("delivered", "number", "the level reached", CUSTOMER),
        ("better", "text", "which way is better; more when empty", ("more", "less"), CUSTOMER),
        ("unit", "text", "unit of the level, as % or hours", CUSTOMER),
        ("remark", "text", "why it was missed and what we do about it, in words for the customer",
         CUSTOMER),
    ), key=("account_id", "quarter", "measure")),
    Table("complaints", "one complaint", _columns(
        _ACCOUNT,
        ("date", "date", "when", "required"),
        ("subject", "text", "about what"),
        ("status", "text", "open or closed", ("open", "closed")),
    )),
    Table("commitments", "one promise made in a review", _columns(
        _ACCOUNT,
        ("review_quarter", "quarter", "the review it was made in", "required", CUSTOMER),
        ("side", "text", "whose promise", ("ours", "theirs"), CUSTOMER),
        ("text", "text", "what was promised", "required", CUSTOMER),
        ("owner", "text", "who keeps it", CUSTOMER),
        ("due", "date", "until when", CUSTOMER),
        ("status", "text", "what became of it", ("open", "kept", "missed", "dropped"), CUSTOMER),
        ("reason", "text", "why it was missed or dropped, in words for the customer", CUSTOMER),
    )),
    Table("objectives", "one objective of an account plan", _columns(
        _ACCOUNT,
        ("family", "text", "product family"),
        ("text", "text", "what is to be reached", "required"),
        ("owner", "text", "who"),
        ("due", "date", "until when"),
    )),
    Table("risks", "one foreseeable risk", _columns(
        ("risk_id", "id", "identifies the risk", "required"),
        ("account_id", "id", "the account exposed"),
        ("industry", "text", "the industry exposed"),
        ("family", "text", "the product family exposed"),
        ("country", "text", "the country exposed"),
        ("category", "text", "what kind", ("seasonal", "economic", "political")),
        ("driver", "text", "what would cause it"),
        ("probability_low", "share", "at least this likely"),
        ("probability_high", "share", "at most this likely"),
        ("impact_share", "share", "share of the exposed spend that would be lost"),
        ("window_start", "date", "from", CUSTOMER),
        ("window_end", "date", "to", CUSTOMER),
        ("solution", "text", "our answer"),
        ("owner", "text", "who", CUSTOMER),
        ("due", "date", "until when", CUSTOMER),
        ("source", "text", "where it was read"),
        ("source_date", "date", "as of"),
        ("indicator", "text", "the series of indicators that announces it"),
        ("threshold", "number", "value of the indicator beyond which it is near"),
        ("lead_days", "number", "days between its announcement and the loss"),
        ("residual_share", "share", "share of the expected loss that stays after our answer"),
        ("customer_risk", "text", "the risk from the customer's side; without it the risk stands "
         "on no customer's page", CUSTOMER),
        ("customer_answer", "text", "what both sides do about it, in words for the customer",
         CUSTOMER),
    ), key=("risk_id",)),
    Table("indicators", "one economic series in one month", _columns(
        ("indicator", "text", "which series", "required"),
        ("month", "month", "the month", "required"),
        ("value", "number", "its value", "required"),
    ), key=("indicator", "month")),
    Table("black_ops_scores", "one blind score of one rater", _columns(
        ("session_date", "date", "day of the session", "required"),
        ("round", "number", "1 before the discussion, 2 after it", "required"),
        ("rater", "id", "pseudonym", "required"),
        ("department", "text", "where the rater works"),
        _ACCOUNT,
        ("dimension", "text", "where a competitor would attack"),
        ("probability_low", "share", "chance that an attack succeeds: at least"),
        ("probability_best", "share", "chance that an attack succeeds: best guess"),
        ("probability_high", "share", "chance that an attack succeeds: at most"),
        ("loss", "money", "what would be lost in twelve months, company currency"),
        ("ease", "number", "1 (hard) to 5 (easy)"),
        ("move", "text", "the move they would make"),
    )),
    Table("counter_measures", "one counter-measure that a black-ops session decided", _columns(
        ("session_date", "date", "day of the session", "required"),
        _ACCOUNT,
        ("dimension", "text", "where a competitor would attack"),
        ("measure", "text", "what we do before a competitor acts", "required"),
        ("owner", "text", "who"),
        ("due", "date", "until when"),
        ("status", "text", "what became of it", ("open", "done", "dropped")),
    )),
    Table("segment_overrides", "one segment set by hand", _columns(
        _ACCOUNT,
        ("segment", "text", "the segment", "required", ("green_circle", "transactional")),
        ("reason", "text", "why", "required"),
        ("author", "text", "who decided"),
        ("valid_from", "date", "ignored before this day"),
        ("expires", "date", "ignored after this day", "required"),
    ), key=("account_id",)),
)}
