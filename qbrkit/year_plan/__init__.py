"""The yearly outreach of transactional accounts: phone and e-mail, every 2 to 3 months."""

from qbrkit.year_plan.calendar_file import calendar_file
from qbrkit.year_plan.capacity import fit_capacity
from qbrkit.year_plan.dates import CHANNELS, EMAIL, PHONE, plan_calls
from qbrkit.year_plan.reasons import (
    COMPLAINT,
    CONTRACT,
    DORMANT,
    GROWING,
    NEVER,
    NEW,
    REASONS,
    REGULAR,
    SHRINKING,
    SILENT,
    WHITE_SPACE,
    give_reasons,
)
from qbrkit.year_plan.working_days import WorkingDays

__all__ = ["CHANNELS", "COMPLAINT", "CONTRACT", "DORMANT", "EMAIL", "GROWING", "NEVER", "NEW",
           "PHONE", "REASONS", "REGULAR", "SHRINKING", "SILENT", "WHITE_SPACE", "WorkingDays",
           "calendar_file", "fit_capacity", "give_reasons", "plan_calls"]
