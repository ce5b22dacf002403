"""The lines behind what an account would have to buy elsewhere."""

from qbrkit.explain.names import Subject
from qbrkit.explain.rows import Evidence, FewRows, summed, unknown
from qbrkit.reviews import QuarterReview

LOSS = {"switching_loss", "break_even_discount"}


def explain_switching(review: QuarterReview, subject: Subject, figure: str) -> Evidence:
    """Lines that count, largest first; what is not counted is told."""
    if review.switching is None:
        return unknown("Not known: it needs the table services or the table switching_costs.")
    lines = review.switching.lines
    mine = lines[lines["account_id"] == subject.account_id]
    counted = mine[mine["is_counted"]].sort_values(
        "amount", key=abs, ascending=False, kind="stable").reset_index(drop=True)
    rows = FewRows(counted[["kind", "name", "class", "whole_amount", "amount"]], "amount")
    sums = review.switching.accounts
    found = sums[sums["account_id"] == subject.account_id]
    if found["switching_loss"].isna().all():
        return unknown("Not known: no line of the account counts and has a list value.", rows=rows)
    horizon = review.settings.value.switching_horizon_months
    notes = [f"One-off costs are spread over {horizon} months (switching_horizon_months)."]
    if waiting := int((~mine["is_counted"]).sum()):
        notes.append(f"Estimated one-off costs are not counted ({waiting} lines).")
    if figure == "switching_loss":
        return summed(rows, *notes)
    spend = float(found["spend"].iloc[0])
    notes.append(f"Paid in the last twelve months: {spend:,.2f}.")
    return Evidence(rows, rows.total / spend if spend > 0 else None, False, tuple(notes))
