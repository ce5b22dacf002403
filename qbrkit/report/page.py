"""What stands around the exhibits: cover, running head, band, foot, and the readiness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from qbrkit import __version__
from qbrkit.disclosure import AccountView
from qbrkit.periods import quarter_text
from qbrkit.report import PAGE_MIME
from qbrkit.report.exhibits import Html
from qbrkit.report.language import Language, language

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

DEFINITIONS = "1"
"""Version of the definitions of the figures; a change of method raises it."""
COMMENT_TAGS = {"p", "em", "strong", "ul", "ol", "li", "br"}


class Cover(Html):
    """The first words of a page, together with the record of what stands around it."""

    def __init__(self, markup: str, record: dict[str, Any]) -> None:
        super().__init__(markup)
        self.record = record

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": str(self.markup), PAGE_MIME: self.record}


def internal_cover(review: QuarterReview, title: str) -> Cover:
    """Cover of an internal page: the period, and from which data."""
    words = language(review.settings.company.language)
    band = words.say("INTERNAL: not for customers")
    if review.is_partial:
        band = f"{band} · {words.say('PARTIAL QUARTER')}"
    record = _record(words, kind="internal", title=f"{words.say(title)} "
                     f"{quarter_text(review.quarter)}",
                     company=_company(review), running_head=f"{words.say(title)} · "
                     f"{quarter_text(review.quarter)}", band=band,
                     foot=_foot(words, review.data_until, review.report_id))
    values = {"quarter": quarter_text(review.quarter), "months": words.months(review.quarter),
              "day": words.date(review.data_until)}
    told = (words.say("{quarter}: {months}. Data until {day}.", **values)
            if review.year_ago is None else words.say(
                "{quarter}: {months}, compared with the same quarter a year before. "
                "Data until {day}.", **values))
    return Cover(Markup("<p>{}</p>").format(told), record)


def customer_cover(view: AccountView) -> Cover:
    """Cover of the external review: for whom, and for which months."""
    words = language(view.account["language"])
    name = view.account["name"]
    missing = list_missing(view)
    band = words.say("DRAFT: not yet released") if missing else ""
    if view.is_partial:
        band = " · ".join(filter(None, [band, words.say("PARTIAL QUARTER")]))
    record = _record(words, kind="external", title=words.say(
        "Business review for {name}, {months}", name=name, months=words.months(view.quarter)),
        company=dict(view.company),
        running_head=f"{name} · {words.months(view.quarter)}", band=band,
        foot=_foot(words, view.data_until, view.report_id), missing=missing)
    prepared = words.say("Prepared for {name} by {company}.", name=name,
                         company=view.company["name"])
    months = words.months(view.quarter)
    return Cover(Markup("<p>{}<br>{}</p>").format(prepared, months[0].upper() + months[1:]), record)


def list_missing(view: AccountView) -> list[str]:
    """What the page needs before it can be sent, as sentences; empty when it is ready."""
    words = language(view.account["language"])
    unwritten = words.say("The account manager's own words are missing.")
    unsettled = words.say("A point has to be settled inside before the meeting.")
    return [*([] if view.commentary else [unwritten]), *([unsettled] if view.is_blocked else [])]


def comment(view: AccountView) -> Html:
    """The account manager's own words, with nothing but plain formatting let through."""
    words = language(view.account["language"])
    if not view.commentary:
        return Html(Markup('<div class="missing"><p>{}</p></div>').format(words.say(
            "The account manager's own words follow.")))
    rendered = MarkdownIt("commonmark", {"html": False}).render(view.commentary)
    safe = Markup(nh3.clean(rendered, tags=COMMENT_TAGS, attributes={}))
    signed = words.say("{owner}, your account manager", owner=view.account["owner"]) \
        if view.account.get("owner") else words.say("Your account manager")
    return Html(Markup('<blockquote class="comment">{}<footer>{}</footer></blockquote>').format(
        safe, signed))


def your_topic(view: AccountView) -> Html:
    """Ruled lines for the customer's own topic."""
    words = language(view.account["language"])
    return Html(Markup('<p>{}</p><div class="blank"></div>').format(words.say(
        "This space is yours: what should we talk about that is not on these pages?")))


def colophon(view: AccountView) -> Html:
    """Definitions of the figures, for the customer."""
    words = language(view.account["language"])
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


def provenance(review: QuarterReview) -> Html:
    """Where the figures of an internal page come from."""
    words = language(review.settings.company.language)
    lines = [
        words.say("{lines} invoice lines, {currency} in all; the figures were held "
                  "against the lines and agree to the cent.",
                  lines=words.number(review.totals["lines"]),
                  currency=words.money(review.totals["revenue_all"],
                                       review.settings.company.currency)),
        words.say("Inputs {hash}.", hash=review.inputs_hash[:16]),
    ]
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    return Html(Markup('<div class="colophon">{}</div>').format(paragraphs))


def _record(words: Language, *, kind: str, title: str, company: dict[str, Any], running_head: str,
            band: str, foot: list[str], missing: list[str] | None = None) -> dict[str, Any]:
    return {
        "kind": kind, "title": title, "language": words.code, "company": company["name"],
        "accent": company["accent"], "logo": company.get("logo") or None,
        "running_head": running_head, "band": band, "footer": foot,
        "labels": {"contents": words.say("Contents"), "page": words.say("Page"),
                   "of": words.say("of")},
        "status": "draft" if missing else "ready", "missing": missing or [],
    }


def _company(review: QuarterReview) -> dict[str, Any]:
    company = review.settings.company
    return {"name": company.name, "accent": company.accent, "logo": company.logo}


def _foot(words: Language, data_until: Any, report_id: str) -> list[str]:
    return [words.say("Data as of {day}", day=words.date(data_until)),
            words.say("Definitions version {version}, qbrkit {kit}", version=DEFINITIONS,
                      kit=__version__),
            words.say("Report {id}", id=report_id)]
