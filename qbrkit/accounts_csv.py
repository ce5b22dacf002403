"""The table that scripts around the kit read: accounts.csv."""

import pandas as pd

from qbrkit.reviews import QuarterReview

PUBLIC_ACCOUNT_COLUMNS = [
    "account_id", "name", "segment", "reasons", "firmness", "revenue_ltm", "gross_margin_ltm_low",
    "gross_margin_ltm_high", "revenue_quarter", "revenue_quarter_year_ago", "revenue_change",
    "growth_rank", "potential", "realizable_potential", "contacts_n", "contact_status",
    "overdue_days", "previous_segment"]


def accounts_table(review: QuarterReview) -> pd.DataFrame:
    """The table of accounts.csv: money to the cent, counts whole, what is unknown empty."""
    money = [name for name in PUBLIC_ACCOUNT_COLUMNS if "revenue" in name or "margin" in name
             or "potential" in name]
    counts = ["growth_rank", "contacts_n", "overdue_days"]
    table = review.accounts[PUBLIC_ACCOUNT_COLUMNS]
    return table.round(dict.fromkeys(money, 2)).astype(dict.fromkeys(counts, "Int64"))
