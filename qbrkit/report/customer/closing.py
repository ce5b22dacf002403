"""The end of the page: the customer's own topic, and how the figures are made."""

from markupsafe import Markup

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import words_of
from qbrkit.report.exhibits import Html


def your_topic(view: AccountView) -> Html:
    """Ruled lines for the customer's own topic."""
    words = words_of(view)
    return Html(Markup('<p>{}</p><div class="blank"></div>').format(words.say(
        "This space is yours: what should we talk about that is not on these pages?")))


def definitions(view: AccountView) -> Html:
    """Definitions of the figures, for the customer."""
    words = words_of(view)
    lines = [
        words.say("Business with us: net amounts invoiced without tax, less credits and returns, "
                  "in {currency}, by date of invoice.", currency=view.account["currency"]),
        words.say("Value: benefits measured against their baseline, less a deduction for risk; "
                  "services at list value less what was charged; and components that come with "
                  "your plan only. Confirmed means confirmed by you or documented; estimated "
                  "means calculated by us."),
        words.say("Return: present value of the value (without soft items) against what you paid "
                  "us and your own effort, both over twelve months and discounted."),
    ]
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    return Html(Markup('<div class="colophon">{}</div>').format(paragraphs))
