"""Growth: what changed between two periods, why, and against what was planned."""

from qbrkit.growth.compare import compare_periods, rank_growth, sum_over, symmetric_growth

__all__ = ["compare_periods", "rank_growth", "sum_over", "symmetric_growth"]
