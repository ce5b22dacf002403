"""Why an account is contacted: the rules as data, most urgent first."""

import numpy as np
import pandas as pd

COMPLAINT, SILENT, CONTRACT, SHRINKING, DORMANT = (
    "open_complaint", "silent", "contract_ends", "shrinking", "dormant")
NEVER, NEW, WHITE_SPACE, GROWING, REGULAR = (
    "never_contacted", "new", "white_space", "growing", "regular")
REASONS = (COMPLAINT, SILENT, DORMANT, SHRINKING, NEVER, NEW, WHITE_SPACE, GROWING)
"""In the order in which they are raised, one a contact; then the regular ones."""


def give_reasons(calls: pd.DataFrame, signals: pd.DataFrame,
                 contract_end: pd.Series) -> pd.Series:
    """The reason of each contact.

    Parameters
    ----------
    calls : DataFrame
        ``account_id`` and ``date``; any order.
    signals : DataFrame
        By ``account_id``, a column of booleans per rule of `REASONS`; a column that is not
        there is never met.
    contract_end : Series
        Last day of the contract by ``account_id``; missing where there is none.

    Returns
    -------
    Series of str
        A code per call, in the order of `calls`: ``contract_ends`` for the last contact
        before a contract ends; the rules that the account meets for its other contacts, in
        the order of `REASONS`, each once; then ``regular``.
    """
    dates, accounts = calls["date"], calls["account_id"]
    ends = contract_end.reindex(accounts).set_axis(calls.index)
    in_time = dates.where((dates <= ends) & (ends <= dates + pd.Timedelta(days=365)))
    is_contract = in_time.notna() & (in_time == in_time.groupby(accounts).transform("max"))
    place = dates.mask(is_contract).groupby(accounts).rank(method="first").fillna(0).astype(int)
    known = [code for code in REASONS if code in signals.columns]
    met = signals.reindex(accounts)[known].to_numpy(dtype=bool, na_value=False)
    is_turn = met & (met.cumsum(axis=1) == place.to_numpy()[:, np.newaxis])
    codes = np.array([*known, REGULAR])
    at = np.where(is_turn.any(axis=1), is_turn.argmax(axis=1) if known else 0, len(known))
    return pd.Series(np.where(is_contract, CONTRACT, codes[at]), index=calls.index, dtype="str")
