"""The end of the page: the customer's own topic, and how the figures are made."""

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import currency_of, figure_of, words_of
from qbrkit.report.customer.value_return import has_effort
from qbrkit.report.exhibits import Html
from qbrkit.report.language import Language


def your_topic(view: AccountView) -> Html:
    """Ruled lines for the customer's own topic."""
    words = words_of(view)
    headings = Markup("").join(Markup("<p>{}</p>").format(heading) for heading in (
        words.say("Topic"), words.say("Who"), words.say("By when")))
    return Html(Markup('<p>{}</p><div class="blank">{}</div>').format(words.say(
        "This space is yours: what should we talk about that is not on these pages?"), headings))


def definitions(view: AccountView) -> Html:
    """What the figures on this page mean, as of when, and what changed in the method."""
    words = words_of(view)
    lines = [*_business(view, words), *_value(view, words), *_plan(view, words),
             *_agreed(view, words), *_ahead(view, words),
             words.say("Sums are rounded to whole units, and their parts so that they add up."),
             changes_of_method(words)]
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    return Html(Markup('<div class="colophon">{}</div>').format(paragraphs))


def changes_of_method(words: Language) -> str:
    """What changed in the definitions, in the version that the foot of the page names.

    Whoever changes what a figure means raises `page.DEFINITIONS` and tells here since when,
    and what the figure meant before.
    """
    return words.say("Changes of method: none.")


def _business(view: AccountView, words: Language) -> Iterator[str]:
    if not _any_figure(view, "revenue"):
        return
    if currency := currency_of(view):
        yield words.say("Business with us: net amounts invoiced without tax, less credits and "
                        "returns, in {currency}, by date of invoice; an invoice in another "
                        "currency counts at the rate of its month.", currency=currency)
    else:
        yield words.say("Business with us: net amounts invoiced without tax, less credits and "
                        "returns, by date of invoice.")
    yield words.say("Purchases rest on the invoices up to {day}.", day=words.date(view.data_until))
    yield words.say("Twelve months are the last four whole quarters. A change compares with the "
                    "same quarter, or the same twelve months, a year before.")


def _value(view: AccountView, words: Language) -> Iterator[str]:
    if not _any_figure(view, "value"):
        return
    yield words.say("Value: benefits measured against their baseline, less a deduction for risk; "
                    "services at list value less what was charged; and items that come with "
                    "your plan only, at list value. Confirmed means confirmed by you or "
                    "documented; estimated means calculated by us; what is hard to "
                    "measure is shown apart and is in no sum.")
    if not pd.isna(figure_of(view, "roi")) and has_effort(view):
        yield words.say("Return: present value of the value against that of what you paid us and "
                        "of your own effort, over twelve months. Value covers the spend from the "
                        "month on in which its sum reaches that of the spend.")
    elif not pd.isna(figure_of(view, "roi")):
        yield words.say("Return: present value of the value against that of what you paid us, "
                        "over twelve months. Value covers the spend from the month on in which "
                        "its sum reaches that of the spend.")


def _plan(view: AccountView, words: Language) -> Iterator[str]:
    if len(view.tables.get("plan", ())):
        yield words.say("Plan: included and used are counted over your plan year; list value is "
                        "the price of the same without the plan.")
    if len(view.tables.get("bought_elsewhere", ())):
        yield words.say("Bought elsewhere: what the last twelve months held at list value, taken "
                        "for the twelve months ahead; of one-off effort the part that falls "
                        "on a year.")


def _agreed(view: AccountView, words: Language) -> Iterator[str]:
    if len(view.tables.get("promises", ())) or len(view.tables.get("upcoming", ())):
        yield words.say("Promises: as recorded in the reviews. Kept and missed are as settled "
                        "between us; an open promise whose day has passed is overdue.")
    if len(view.tables.get("service_levels", ())):
        yield words.say("Service: the level reached against the level promised for the quarter; "
                        "missed means worse than promised, by however little.")


def _ahead(view: AccountView, words: Language) -> Iterator[str]:
    if len(view.tables.get("season", ())):
        yield words.say("Usual year: each month as a share of your average month, from your own "
                        "purchases alone.")


def _any_figure(view: AccountView, start: str) -> bool:
    """Whether a figure whose name starts so is disclosed."""
    return any(name.startswith(start) for name in view.figures)
