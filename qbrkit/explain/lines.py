"""The invoice lines behind a figure of money.

The rates and the cost shares are those of the analyses; what a line counts for is written
a second time on purpose: the sum of the lines is held against the figure.
"""

import pandas as pd

from qbrkit.explain.line_query import MARGIN, MONEY, LineQuery
from qbrkit.explain.names import Subject
from qbrkit.explain.rows import Evidence, summed, unknown
from qbrkit.periods import last_twelve_months, quarter_text
from qbrkit.reviews import QuarterReview
from qbrkit.sources import Workspace


def explain_lines(workspace: Workspace, review: QuarterReview, subject: Subject,
                  figure: str) -> Evidence:
    """Lines of a revenue, of a margin, or their number."""
    if figure.startswith("gross_margin"):
        return _explain_margin(workspace, review, subject, figure)
    if figure == "revenue_change":
        return _explain_change(workspace, review, subject)
    if figure == "revenue_quarter_year_ago" and review.year_ago is None:
        return unknown(_not_comparable(review))
    conditions = {"returns_quarter": ["revenue < 0"],
                  "revenue_not_assigned": ["account_id is null"]}.get(figure, [])
    query = LineQuery(workspace, review, subject, _quarters(review, figure), conditions)
    if figure == "lines":
        return summed(query.rows(f"{MONEY}, 1 as counts", "counts"))
    return summed(query.rows(MONEY, "amount_company"), *query.notes)


def _quarters(review: QuarterReview, figure: str) -> list[pd.Period] | None:
    """Fiscal quarters of a figure; None for all there are."""
    if figure == "revenue_quarter_year_ago" and review.year_ago is not None:
        return [review.year_ago]
    if "_ltm" in figure:
        return last_twelve_months(review.quarter)
    return [review.quarter] if "_quarter" in figure else None


def _not_comparable(review: QuarterReview) -> str:
    return (f"Not known: the exports do not hold {quarter_text(review.quarter)} and "
            f"{quarter_text(review.quarter - 4)} whole, and a part of a quarter is not compared.")


def _explain_change(workspace: Workspace, review: QuarterReview, subject: Subject) -> Evidence:
    """Lines of both quarters, those of the year before counted negative."""
    if review.year_ago is None:
        return unknown(_not_comparable(review))
    query = LineQuery(workspace, review, subject, [review.quarter, review.year_ago], [])
    now, before = quarter_text(review.quarter), quarter_text(review.year_ago)
    rows = query.rows(
        f"{MONEY}, cast(revenue as double) * rate * case when invoice_date >= $first_0 then 1 "
        "else -1 end as counts", "counts",
        first=f"case when invoice_date >= $first_0 then '{now}' else '{before}' end as quarter,")
    sums = dict(rows.connection.execute(
        f"select quarter, fsum(amount_company) from ({rows.query}) group by quarter",
        rows.parameters).fetchall())
    row = review.accounts[review.accounts["account_id"] == subject.account_id].iloc[0]
    constant = (
        f"At the exchange rates of a year ago the change is {row['change_constant']:,.2f}, the "
        f"rates made {row['exchange_rates']:,.2f}; growth_rank goes by the former."
        if pd.notna(row["change_constant"]) else
        "The change at the exchange rates of a year ago is not known: a rate of then is missing.")
    return summed(
        rows, f"{now}: {sums.get(now, 0.0):,.2f}; {before}: {sums.get(before, 0.0):,.2f}; "
        f"difference {sums.get(now, 0.0) - sums.get(before, 0.0):,.2f}.",
        "Each line is at the rate of its own month; this change is not at constant exchange rates.",
        constant, *query.notes)


def _explain_margin(workspace: Workspace, review: QuarterReview, subject: Subject,
                    figure: str) -> Evidence:
    """Lines with revenue, cost or the cost share taken, and margin."""
    if review.cost_shares.empty:
        return unknown("Not known: no sale in the exports has a cost; map invoice_lines.cost.")
    is_low = figure.endswith("low")
    query = LineQuery(workspace, review, subject, _quarters(review, figure), [])
    rows = query.with_cost_shares(review.cost_shares, is_low).rows(MARGIN, "margin_company")
    ((guessed, revenue),) = rows.connection.execute(
        f"select count(*), coalesce(fsum(amount * rate), 0.0) from ({rows.query}) "
        "where cost is null", rows.parameters).fetchall()
    end = "highest (95th" if is_low else "lowest (5th"
    taken = (f"{guessed:,} lines of unknown cost, revenue {revenue:,.2f}, are taken at the {end} "
             "percentile) cost share of their family, returns at the other end; of a free line "
             "the share is that of its list value." if guessed else "Every cost is known.")
    return summed(rows, taken, *query.notes)
