"""What is missing before the external review of an account, in the order of its weight."""

from collections.abc import Mapping

import pandas as pd

BLOCKS, ADVISES = "blocks", "advises"
NO_COMMENTARY, OPEN_RISK = "no_commentary", "open_risk"
NO_RETURN, SERVICE_MISSED, SILENT = "no_return", "service_missed", "silent"
UNEXPLAINED = "promise_unexplained"
ATTACK_UNANSWERED = "attack_unanswered"
NEGATIVE_VALUE = "negative_value"
SEVERITY = {
    NO_COMMENTARY: BLOCKS, OPEN_RISK: BLOCKS, NEGATIVE_VALUE: BLOCKS, "promise_overdue": ADVISES,
    UNEXPLAINED: ADVISES, "open_complaint": ADVISES, NO_RETURN: ADVISES, SERVICE_MISSED: ADVISES,
    SILENT: ADVISES, ATTACK_UNANSWERED: ADVISES, "contact_overdue": ADVISES,
    "no_confirmed_value": ADVISES, "few_contacts": ADVISES, "missing_role": ADVISES}
"""Rules by weight, the heaviest first: what keeps the page a draft, what the customer will
bring up, what the customer will not see. Those without a constant are gaps of black ops."""


BY_CONTACT = frozenset({"contact_overdue", "few_contacts", "missing_role"})
"""Rules that only a call or a new contact can meet."""


def list_todo(found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Everything that is missing before the external reviews, as one table.

    Parameters
    ----------
    found : mapping of rule to DataFrame
        For rules of `SEVERITY`, the accounts that meet them: ``account_id`` and
        ``evidence``, the value that met the rule, as text (may be missing).

    Returns
    -------
    DataFrame
        ``account_id``, ``rule``, ``evidence``, ``severity``: `BLOCKS` keeps the external
        page a draft, `ADVISES` does not. By account, then in the order of `SEVERITY`; an
        account and rule found several times stand once, their evidence in one list.

    Raises
    ------
    KeyError
        If a rule is not known.
    """
    order = {rule: at for at, rule in enumerate(SEVERITY)}
    rows = pd.concat([pd.DataFrame({
        "account_id": table["account_id"], "rule": rule, "evidence": table["evidence"],
        "severity": SEVERITY[rule]}) for rule, table in found.items()] or [_NOTHING],
        ignore_index=True).astype("str")
    key = ["account_id", "rule", "severity"]
    is_several = rows.duplicated(key, keep=False)
    several = rows[is_several].groupby(key)["evidence"].agg(
        lambda texts: ", ".join(texts.dropna())).reset_index()
    merged = pd.concat([rows[~is_several], several], ignore_index=True)
    return (merged.assign(at=merged["rule"].map(order)).sort_values(["account_id", "at"])
            .drop(columns="at").reset_index(drop=True)
            [["account_id", "rule", "evidence", "severity"]].astype("str"))


_NOTHING = pd.DataFrame(columns=["account_id", "rule", "evidence", "severity"], dtype="str")
