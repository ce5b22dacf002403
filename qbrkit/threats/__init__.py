"""Competitors: how often they are met, whether they grow, at whose expense, and who is exposed."""

from qbrkit.threats.encounters import count_deals, count_encounters, list_named, prepare_deals
from qbrkit.threats.exposed import list_exposed
from qbrkit.threats.names import spell
from qbrkit.threats.shift_share import list_cells, shift_shares
from qbrkit.threats.signals import index_signals
from qbrkit.threats.verdicts import judge_competitors
from qbrkit.threats.weaknesses import count_complaints, count_loss_reasons, count_missed_levels

__all__ = ["count_complaints", "count_deals", "count_encounters", "count_loss_reasons",
           "count_missed_levels", "index_signals", "judge_competitors", "list_cells",
           "list_exposed", "list_named", "prepare_deals", "shift_shares", "spell"]
