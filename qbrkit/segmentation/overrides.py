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
        Day of the review; an override counts from its ``valid_from``, where it has one, up to
        and including its last day.

    Returns
    -------
    DataFrame
        A copy with ``segment`` replaced where an override holds, ``reasons`` "override"
        and, missing elsewhere, what the override says itself: ``override_reason``,
        ``override_author`` and ``override_expires``.

    Notes
    -----
    Accounts that roll up to one may each bring an override: the one that expires last
    holds, of those that expire on the same day Green Circle.
    """
    if overrides is None:
        unknown = pd.Series(np.nan, index=segmented.index, dtype="str")
        return segmented.assign(override_reason=unknown, override_author=unknown,
                                override_expires=pd.Series(
                                    pd.NaT, index=segmented.index, dtype="datetime64[us]"))
    has_begun = ~(overrides["valid_from"] > as_of)
    valid = (overrides[has_begun & (overrides["expires"] >= as_of)]
             .sort_values(["expires", "segment", "reason"], ascending=[False, True, True])
             .drop_duplicates("account_id").set_index("account_id"))
    told = valid[["segment", "reason", "author", "expires"]].reindex(
        segmented["account_id"]).set_axis(segmented.index)
    is_set = told["segment"].notna()
    return segmented.assign(segment=segmented["segment"].mask(is_set, told["segment"]),
                            reasons=segmented["reasons"].mask(is_set, OVERRIDE),
                            override_reason=told["reason"].astype("str"),
                            override_author=told["author"].astype("str"),
                            override_expires=told["expires"].astype("datetime64[us]"))
