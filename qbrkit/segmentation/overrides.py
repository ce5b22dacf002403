"""Segments set by hand, until they expire."""

import numpy as np
import pandas as pd

OVERRIDE = "override"


def apply_overrides(segmented: pd.DataFrame, overrides: pd.DataFrame | None,
                    as_of: pd.Timestamp) -> pd.DataFrame:
    """Segments set by hand, as long as they have not expired.

    Parameters
    ----------
    segmented : DataFrame
        From `segment_accounts` or `segment_over_time`.
    overrides : DataFrame or None
        The contract's ``segment_overrides``.
    as_of : Timestamp
        Day of the review; an override counts up to and including its last day.

    Returns
    -------
    DataFrame
        A copy with ``segment`` replaced where an override holds, ``reasons`` "override"
        and the override's own words in ``override_reason`` (missing elsewhere).

    Notes
    -----
    Accounts that roll up to one may each bring an override: the one that expires last
    holds, of those that expire on the same day Green Circle.
    """
    if overrides is None:
        return segmented.assign(override_reason=pd.Series(
            np.nan, index=segmented.index, dtype="str"))
    valid = (overrides[overrides["expires"] >= as_of]
             .sort_values(["expires", "segment", "reason"], ascending=[False, True, True])
             .drop_duplicates("account_id").set_index("account_id"))
    segment = segmented["account_id"].map(valid["segment"])
    reason = segmented["account_id"].map(valid["reason"])
    is_set = segment.notna()
    return segmented.assign(segment=segmented["segment"].mask(is_set, segment),
                            reasons=segmented["reasons"].mask(is_set, OVERRIDE),
                            override_reason=reason.astype("str"))
