"""A first qbr.toml for any export: what the files are, proposed with its open questions."""

from qbrkit.proposal.propose import Proposal, propose

__all__ = ["Proposal", "propose"]
