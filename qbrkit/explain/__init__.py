"""Where a figure comes from: the function, the rows used, and the hash of the inputs.

The figure is the review's; the rows are those it was made from; what they make is held
against it.
"""

import pandas as pd

from qbrkit.explain.catalog import ACCOUNT_CURRENCY, COMPANY_CURRENCY
from qbrkit.explain.circle import (
    explain_firmness,
    explain_potential,
    explain_rank,
    explain_segment,
)
from qbrkit.explain.contacts import explain_contacts, explain_overdue
from qbrkit.explain.lines import explain_lines
from qbrkit.explain.names import Subject, find_figure, find_subject
from qbrkit.explain.rows import Evidence, Explanation, FewRows, Value, plain, summed
from qbrkit.explain.switching import LOSS, explain_switching
from qbrkit.explain.value import explain_return, explain_value
from qbrkit.periods import quarter_text
from qbrkit.reviews import QuarterReview
from qbrkit.segmentation import GREEN_CIRCLE
from qbrkit.sources import Workspace

__all__ = ["Explanation", "explain"]


def explain(workspace: Workspace, review: QuarterReview, account: str,
            figure: str) -> Explanation:
    """The rows behind a figure of a review.

    Parameters
    ----------
    workspace : Workspace
        The one that was reviewed, still open.
    review : QuarterReview
        Of that workspace.
    account : str
        Id of an account, else its exact name; "company" for a total. An account that
        rolls up is explained at its top parent.
    figure : str
        Column of accounts.csv, figure of a page, or total of manifest.json.

    Returns
    -------
    Explanation
        Not yet held against the figure: see `Explanation.require_reconciled`.

    Raises
    ------
    SettingError
        If there is no such account or figure; the message tells the nearest.
    """
    subject = find_subject(workspace, review, account)
    about = find_figure(subject, figure)
    evidence = _evidence(workspace, review, subject, about.name)
    if subject.note:
        evidence = Evidence(evidence.rows, evidence.made, evidence.is_sum,
                            (subject.note, *evidence.notes))
    return Explanation(subject.account_id, subject.name, about,
                       _value(review, subject, about.name), _unit(review, subject, about.unit),
                       evidence, quarter_text(review.quarter), review.inputs_hash)


def _unit(review: QuarterReview, subject: Subject, unit: str) -> str:
    """ISO code of the currency meant, or the word as it is."""
    if unit == ACCOUNT_CURRENCY:
        return str(_cell(review, subject, "currency"))
    return review.settings.company.currency if unit == COMPANY_CURRENCY else unit


def _cell(review: QuarterReview, subject: Subject, figure: str) -> object:
    """What the review holds of an account; None where it does not compute it."""
    if figure not in review.accounts:
        return None
    return review.accounts.loc[review.accounts["account_id"] == subject.account_id,
                               figure].iloc[0]


def _value(review: QuarterReview, subject: Subject, figure: str) -> Value:
    """The figure as the review holds it."""
    if subject.is_company:
        return plain(review.totals[figure])
    return plain(_cell(review, subject, figure))


def _evidence(workspace: Workspace, review: QuarterReview, subject: Subject,
              figure: str) -> Evidence:
    """Rows of a figure, from the module of its family."""
    if figure in {"accounts", "green_circle"}:
        return _counted(review, figure)
    if figure in {"account_id", "name"}:
        return _master(workspace, review, subject, figure)
    if figure in {"segment", "reasons", "previous_segment"}:
        return explain_segment(workspace, review, subject, figure)
    if figure in {"roi", "npv", "payback_months", "break_even_haircut", "present_value",
                  "present_cost"}:
        return explain_return(workspace, review, subject, figure)
    if figure in {"contacts_n", "contact_status"}:
        return explain_contacts(workspace, review, subject, figure)
    if figure in {"potential", "realizable_potential"}:
        return explain_potential(workspace, review, subject, figure)
    if figure == "growth_rank":
        return explain_rank(review, subject)
    if figure == "overdue_days":
        return explain_overdue(workspace, review, subject)
    if figure == "firmness":
        return explain_firmness(review, subject)
    if figure == "lines" or figure.startswith(("revenue", "returns", "gross_margin")):
        return explain_lines(workspace, review, subject, figure)
    if figure in LOSS:
        return explain_switching(review, subject, figure)
    return explain_value(review, subject, figure)


def _counted(review: QuarterReview, figure: str) -> Evidence:
    """The accounts that are counted."""
    accounts = review.accounts
    if figure == "green_circle":
        accounts = accounts[accounts["segment"] == GREEN_CIRCLE]
    columns = ["account_id", "name", "segment", "reasons", "revenue_ltm"]
    return summed(FewRows(accounts.sort_values(
        ["revenue_ltm", "account_id"], ascending=[False, True])[columns].assign(counts=1.0)
        .reset_index(drop=True), "counts"))


def _master(workspace: Workspace, review: QuarterReview, subject: Subject,
            figure: str) -> Evidence:
    """Rows of the table of accounts, the top parent's first."""
    made = subject.account_id if figure == "account_id" else subject.name
    if "accounts" not in workspace.tables:
        return Evidence(FewRows(pd.DataFrame()), made, False,
                        ("There is no table of accounts: the account is known by its lines.",))
    master = workspace.tables["accounts"]
    inside = master[master["account_id"].isin(subject.members)]
    order = pd.Series(range(len(subject.members)), index=subject.members)
    rows = inside.iloc[inside["account_id"].map(order).argsort()]
    return Evidence(FewRows(rows[["account_id", "name", "parent_id", "currency", "owner"]]
                            .reset_index(drop=True)), made, False)
