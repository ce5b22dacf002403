"""Potential: what an account could spend with us in a year, beyond what it does.

A wallet is stated by the account, else estimated from what its peers spend, else unknown,
which is not zero. An estimate is used only when it proves itself on accounts it has not
seen. Potential is internal and never reaches a customer.
"""

from qbrkit.potential.estimate import estimate_wallets, predict_quantiles
from qbrkit.potential.peers import band_of, group_peers, peer_quantiles
from qbrkit.potential.proof import Proof, pinball_loss, prove
from qbrkit.potential.stated import find_potential
from qbrkit.potential.white_space import find_white_space

__all__ = ["Proof", "band_of", "estimate_wallets", "find_potential", "find_white_space",
           "group_peers", "peer_quantiles", "pinball_loss", "predict_quantiles", "prove"]
