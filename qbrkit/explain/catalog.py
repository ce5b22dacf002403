"""The figures that can be explained: unit, meaning, definition, and the function behind each."""

from dataclasses import dataclass

COMPANY_CURRENCY, ACCOUNT_CURRENCY = "company currency", "account currency"


@dataclass(frozen=True)
class Figure:
    """What a figure is.

    Parameters
    ----------
    name : str
        As in accounts.csv or manifest.json.
    unit : str
        A word, or one of the two kinds of currency; empty for a text.
    meaning, definition : str
        What it tells, and how it is defined, in one line each.
    function : str
        The function that computes it, by its full name.
    """

    name: str
    unit: str
    meaning: str
    definition: str
    function: str


REVENUE = ("signed sum of net amounts without tax, each line at the rate of its month; credits and "
           "returns count negative at their own date")
MARGIN = ("revenue minus cost of goods; an unknown cost lies between the 5th and the 95th "
          "percentile of its family's cost share")
CIRCLE = ("Green Circle when among the largest accounts by gross margin or by revenue that "
          "together reach the cut share, or when the realizable potential reaches a cut; it leaves "
          "after two quarters in a row below 0.9 of every cut")
RETURN = ("monthly value without soft lines against what the customer paid and its own effort, "
          "discounted per year")
SUM, COMPARE, FACTS = "qbrkit.growth.sum_over", "qbrkit.growth.compare_periods", \
    "qbrkit.facts.convert_facts"
GATHER, TOTALS = "qbrkit.facts.gather_facts", "qbrkit.reviews.review_quarter"
SEGMENTS, FIRMNESS = ("qbrkit.segmentation.segment_over_time",
                      "qbrkit.segmentation.measure_firmness")
LIST = "qbrkit.account_figures.list_accounts"
SWITCHING = "qbrkit.switching.sum_bought_elsewhere"
VALUE, RETURNS = "qbrkit.value.sum_value", "qbrkit.value.find_returns"


def _figures(*entries: tuple[str, str, str, str, str]) -> dict[str, Figure]:
    return {entry[0]: Figure(*entry) for entry in entries}


ACCOUNT_FIGURES = _figures(
    ("account_id", "", "the account as billed", "accounts with a parent count for their top "
     "parent", LIST),
    ("name", "", "name of the account", "as in the table of accounts; the id where it has none",
     LIST),
    ("segment", "", "Green Circle or transactional", CIRCLE, SEGMENTS),
    ("reasons", "", "why the account is Green Circle", CIRCLE, SEGMENTS),
    ("firmness", "share", "how firm the segment is", "share of seeded perturbations in which the "
     "rule makes the account Green Circle", FIRMNESS),
    ("revenue_ltm", COMPANY_CURRENCY, "revenue of the last twelve months", REVENUE, SUM),
    ("gross_margin_ltm_low", COMPANY_CURRENCY, "lowest gross margin of the last twelve months",
     MARGIN, FACTS),
    ("gross_margin_ltm_high", COMPANY_CURRENCY, "highest gross margin of the last twelve months",
     MARGIN, FACTS),
    ("revenue_quarter", COMPANY_CURRENCY, "revenue of the quarter", REVENUE, SUM),
    ("revenue_quarter_year_ago", COMPANY_CURRENCY, "revenue of the same quarter a year before",
     REVENUE, COMPARE),
    ("revenue_change", COMPANY_CURRENCY, "change of revenue on the same quarter a year before",
     "revenue of the quarter minus that of the year before, each at the rates of its own months",
     COMPARE),
    ("gross_margin_quarter_low", COMPANY_CURRENCY, "lowest gross margin of the quarter", MARGIN,
     FACTS),
    ("gross_margin_quarter_high", COMPANY_CURRENCY, "highest gross margin of the quarter", MARGIN,
     FACTS),
    ("growth_rank", "place", "place by growth, 1 = most", "change of revenue in money at the "
     "exchange rates of a year ago; ties share the better place", "qbrkit.growth.rank_growth"),
    ("potential", COMPANY_CURRENCY, "what the account could spend with us in a year, beyond what "
     "it does", "max(0, wallet - revenue of the last twelve months), the wallet stated or else "
     "estimated and then family by family",
     "qbrkit.potential.find_potential"),
    ("realizable_potential", COMPANY_CURRENCY, "part of the potential that can be won within a "
     "year", "potential × capture rate", "qbrkit.potential.find_potential"),
    ("contacts_n", "contacts", "contacts that count", "active, a distinct person and no shared "
     "mailbox, with a two-way exchange lately", "qbrkit.coverage.count_contacts"),
    ("contact_status", "", "whether enough contacts hold the account", "below minimum, in range, "
     "or above the maximum, which is fine", "qbrkit.coverage.contact_status"),
    ("overdue_days", "days", "days past the longest time between contacts", "max(0, days since "
     "the last two-way contact with anyone at the account - limit)",
     "qbrkit.coverage.overdue_days"),
    ("previous_segment", "", "segment a quarter ago", CIRCLE, SEGMENTS),
    ("benefit", ACCOUNT_CURRENCY, "B, benefit from the product", "(actual - baseline, or baseline "
     "- actual where less is better) × unit value × (1 - risk), last twelve months", VALUE),
    ("extra_mile", ACCOUNT_CURRENCY, "E, the extra mile", "services delivered at list value minus "
     "what was charged, last twelve months", VALUE),
    ("free_in_plan", ACCOUNT_CURRENCY, "F, free because of the plan", "plan-only components "
     "delivered × list value, last twelve months", VALUE),
    ("value", ACCOUNT_CURRENCY, "V, value received", "V = B + E + F, last twelve months", VALUE),
    ("confirmed", ACCOUNT_CURRENCY, "confirmed part of the value", "value lines of the class "
     "confirmed, last twelve months", VALUE),
    ("estimated", ACCOUNT_CURRENCY, "estimated part of the value", "value lines of the class "
     "estimated, last twelve months", VALUE),
    ("soft", ACCOUNT_CURRENCY, "soft part of the value, which enters no return", "value lines of "
     "the class soft, last twelve months", VALUE),
    ("multiplier", "times", "M, by how much the services multiply the benefit",
     "M = V ÷ B, both without soft lines, missing unless B > 0", VALUE),
    ("value_quarter", ACCOUNT_CURRENCY, "value received in the quarter", "V = B + E + F of the "
     "quarter", "qbrkit.value.sum_by_quarter"),
    ("value_quarter_before", ACCOUNT_CURRENCY, "value received in the quarter before", "V = B + E "
     "+ F of the quarter before", "qbrkit.value.sum_by_quarter"),
    ("present_value", ACCOUNT_CURRENCY, "present value of the value", f"PV(V): {RETURN}",
     "qbrkit.value.present_value"),
    ("present_cost", ACCOUNT_CURRENCY, "present value of what the customer spent",
     f"PV(C): {RETURN}", "qbrkit.value.present_value"),
    ("switching_loss", ACCOUNT_CURRENCY, "what would have to be bought elsewhere in twelve months",
     "E + F of the last twelve months + forfeited rebates + confirmed one-off cost × 12 ÷ "
     "horizon in months", SWITCHING),
    ("break_even_discount", "share of the spend", "by how much cheaper another supplier would have "
     "to be", "what would have to be bought elsewhere ÷ what was paid in the last twelve months, "
     "missing unless that is above 0", SWITCHING),
    ("roi", "share of the cost", "return on what the customer spent",
     f"(PV(V) - PV(C)) ÷ PV(C): {RETURN}", RETURNS),
    ("npv", ACCOUNT_CURRENCY, "net present value", f"PV(V) - PV(C): {RETURN}", RETURNS),
    ("payback_months", "months", "months until the value has paid the cost", "first month from "
     "which the cumulative net stays at or above 0, interpolated", RETURNS),
    ("break_even_haircut", "share of the value", "by how much the value may shrink until the "
     "return is 0", "1 - PV(C) ÷ PV(V)", RETURNS),
)
"""Figures of an account: the columns of accounts.csv, and what stands on the pages besides."""

COMPANY_FIGURES = _figures(
    ("lines", "lines", "invoice lines that count", "every line of the export that was not left "
     "out", GATHER),
    ("revenue_all", COMPANY_CURRENCY, "revenue of all lines", REVENUE, TOTALS),
    ("revenue_not_assigned", COMPANY_CURRENCY, "revenue of all lines without an account", REVENUE,
     TOTALS),
    ("revenue_quarter", COMPANY_CURRENCY, "revenue of the quarter", REVENUE, TOTALS),
    ("returns_quarter", COMPANY_CURRENCY, "credits and returns of the quarter, negative",
     f"lines below zero; {REVENUE}", TOTALS),
    ("gross_margin_quarter_low", COMPANY_CURRENCY, "lowest gross margin of the quarter", MARGIN,
     FACTS),
    ("gross_margin_quarter_high", COMPANY_CURRENCY, "highest gross margin of the quarter", MARGIN,
     FACTS),
    ("accounts", "accounts", "accounts, after rolling up", "top accounts of the table of accounts, "
     "and those only the lines know", LIST),
    ("green_circle", "accounts", "accounts that are Green Circle", CIRCLE, SEGMENTS),
)
"""Totals of the company, as in manifest.json."""

OTHER_NAMES = {"payback": "payback_months", "total_value": "value", "total": "value"}
"""Words of the pages for a figure."""
