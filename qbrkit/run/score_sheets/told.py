"""What the sheets of all raters of a round say alike."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from qbrkit.report.language import Language
from qbrkit.report.score_sheets.facts import account_facts, known_until
from qbrkit.report.score_sheets.scores import dimension_told
from qbrkit.report.sentences import words_of
from qbrkit.reviews import QuarterReview
from qbrkit.run.score_sheets.met import competitors_met
from qbrkit.run.score_sheets.session import Round
from qbrkit.sources import Workspace


@dataclass(frozen=True)
class Told:
    """Words and facts of the sheets.

    Parameters
    ----------
    words : Language
        The language of the company.
    currency : str
        Its currency.
    as_of : date
        Day up to which the facts are known.
    accounts : mapping of str to str
        What each account is called.
    dimensions : mapping of str to str
        What each dimension is called.
    facts : mapping of str to list of (str, str)
        Topic and sentence by account.
    """

    words: Language
    currency: str
    as_of: dt.date
    accounts: Mapping[str, str]
    dimensions: Mapping[str, str]
    facts: Mapping[str, list[tuple[str, str]]]


def gather_told(workspace: Workspace, review: QuarterReview, handed: Round) -> Told:
    """Words and facts for the accounts and dimensions of a round.

    Parameters
    ----------
    workspace, review : Workspace, QuarterReview
        Where the facts come from; an account that the review does not know goes by its id.
    handed : Round
        The round.
    """
    words, settings = words_of(review), review.settings
    met = competitors_met(workspace, review.as_of)
    own = settings.words.get(words.code, {})
    return Told(
        words, settings.company.currency, known_until(review).date(),
        {account: str(review.labels.get(account, account)) for account in handed.accounts},
        {dimension: dimension_told(dimension, own, words) for _, dimension in handed.items},
        {account: account_facts(review, account, met) for account in handed.accounts})
