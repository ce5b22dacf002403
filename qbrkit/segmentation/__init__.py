"""Green Circle or transactional: which accounts earn a quarterly review, why, and how firmly.

One row per account in, the same rows in the same order out. Reads no file, draws
nothing, imports no other analysis.
"""

from qbrkit.segmentation.capacity import count_green, cut_share_for
from qbrkit.segmentation.concentration import concentration, whale_curve
from qbrkit.segmentation.firmness import (
    BORDERLINE,
    DRAWS,
    FIRM,
    FIRMLY_TRANSACTIONAL,
    MONTHS,
    class_of_firmness,
    measure_firmness,
)
from qbrkit.segmentation.history import HELD, STAY, segment_over_time
from qbrkit.segmentation.moves import CircleHistory, list_moves, trace_circle
from qbrkit.segmentation.overrides import OVERRIDE, apply_overrides
from qbrkit.segmentation.rule import (
    A_CENT,
    GREEN_CIRCLE,
    MARGIN,
    POTENTIAL,
    SHARES_SHOWN,
    TRANSACTIONAL,
    VOLUME,
    Cuts,
    find_cuts,
    middle_margin,
    reasons_met,
    segment_accounts,
)

__all__ = [
    "A_CENT", "BORDERLINE", "DRAWS", "FIRM", "FIRMLY_TRANSACTIONAL", "GREEN_CIRCLE", "HELD",
    "MARGIN", "MONTHS", "OVERRIDE", "POTENTIAL", "SHARES_SHOWN", "STAY", "TRANSACTIONAL", "VOLUME",
    "CircleHistory", "Cuts", "apply_overrides", "class_of_firmness", "concentration",
    "count_green", "cut_share_for", "find_cuts", "list_moves", "measure_firmness",
    "middle_margin", "reasons_met", "segment_accounts", "segment_over_time", "trace_circle",
    "whale_curve"]
