"""What is missing before each external review: gaps, and what only the whole review knows."""

from collections.abc import Mapping

import pandas as pd

from qbrkit import readiness
from qbrkit.commitments import DROPPED, OURS
from qbrkit.reviews.sessions import SessionReview
from qbrkit.service_levels import MISSED

CENTS = 2
"""Decimals of money: what is below zero by less is a rounding of the computer."""


def check_readiness(green: pd.DataFrame, gaps: pd.DataFrame, commentary: Mapping[str, str],
                    service_levels: pd.DataFrame | None = None,
                    open_risks: pd.DataFrame | None = None,
                    silent: pd.DataFrame | None = None,
                    promises: pd.DataFrame | None = None,
                    sessions: SessionReview | None = None) -> pd.DataFrame:
    """What is to be done before the external review of each Green Circle account.

    Parameters
    ----------
    green : DataFrame
        Green Circle accounts: ``account_id``, ``roi``, ``do_not_contact``, and ``confirmed`` and
        ``estimated``, the value of the last twelve months [account currency].
    gaps : DataFrame
        From `black_ops.find_gaps`; those that concern the meeting are taken over, except
        that whoever asked not to be contacted is not called, and no contact won there.
    commentary : mapping
        The account managers' own words by account.
    service_levels : DataFrame, optional
        Measures of the quarter: ``account_id``, ``measure``, ``outcome`` as judged by
        `service_levels.judge_levels`.
    open_risks : DataFrame, optional
        ``account_id`` and ``risk_id`` of top risks without an owner or a date.
    silent : DataFrame, optional
        Order rhythms: ``account_id``, ``is_silent``, ``days_since`` the last order.
    promises : DataFrame, optional
        Of the last review, from `commitments.review_promises`.
    sessions : SessionReview, optional
        First moves without a counter-measure, and counter-measures that are overdue.

    Returns
    -------
    DataFrame
        As `readiness.list_todo`, of Green Circle accounts only.
    """
    silent_ones = green.loc[green["do_not_contact"].fillna(False).astype(bool), "account_id"]
    gaps = gaps[~(gaps["gap"].isin(readiness.BY_CONTACT)
                  & gaps["account_id"].isin(silent_ones))]
    found = {rule: gaps[gaps["gap"] == rule] for rule in readiness.SEVERITY
             if (gaps["gap"] == rule).any()}
    found[readiness.NO_COMMENTARY] = green.loc[
        ~green["account_id"].isin([name for name, text in commentary.items() if text]),
        ["account_id"]].assign(evidence="")
    poor = green[green["roi"] <= 0]
    found[readiness.NO_RETURN] = poor.assign(evidence=poor["roi"].map("{:.12g}".format))
    counted = green["confirmed"].fillna(0.0) + green["estimated"].fillna(0.0)
    below = green[counted.round(CENTS) < 0]
    found[readiness.NEGATIVE_VALUE] = below.assign(evidence=counted.map("{:.12g}".format))
    if service_levels is not None:
        missed = service_levels[service_levels["outcome"] == MISSED]
        found[readiness.SERVICE_MISSED] = missed.assign(evidence=missed["measure"])
    if open_risks is not None:
        found[readiness.OPEN_RISK] = open_risks.assign(evidence=open_risks["risk_id"])
    if silent is not None:
        broken = silent[silent["is_silent"].astype(bool)]
        found[readiness.SILENT] = broken.assign(evidence=broken["days_since"].map("{:.0f}".format))
    if promises is not None:
        is_broken = (promises["side"] == OURS) & promises["outcome"].isin([MISSED, DROPPED])
        found[readiness.UNEXPLAINED] = promises[is_broken & promises["reason"].isna()].assign(
            evidence="").drop_duplicates("account_id")
    if sessions is not None:
        found[readiness.ATTACK_UNANSWERED] = _unanswered(sessions)
    todo = readiness.list_todo(found)
    return todo[todo["account_id"].isin(green["account_id"])].reset_index(drop=True)


def _unanswered(sessions: SessionReview) -> pd.DataFrame:
    """Accounts under an attack that is not answered; the evidence is where, once each."""
    late = sessions.measures[sessions.measures["state"] == "overdue"]
    where = ["account_id", "dimension"]
    rows = pd.concat([sessions.unanswered[where], late[where]], ignore_index=True)
    return rows.rename(columns={"dimension": "evidence"}).drop_duplicates()
