"""What may come, and our answer: the customer's risks, with what both sides do about them."""

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import words_of
from qbrkit.report.exhibits import Html, not_available


def state(view: AccountView) -> Html:
    """What may come in the year ahead."""
    words = words_of(view)
    return not_available(words.say("Nothing is on record that we should prepare for together. Tell "
                                   "us what you see coming."))
