"""What stands around the exhibits: cover, running head, band, foot, and the readiness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from qbrkit import __version__
from qbrkit.periods import quarter_text
from qbrkit.report import PAGE_MIME
from qbrkit.report.exhibits import Html
from qbrkit.report.language import Language, language

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

DEFINITIONS = "1"
"""Version of the definitions of the figures; a change of method raises it."""


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
    about = " · ".join(one for one in (words.say(title), review.territory) if one)
    record = page_record(words, kind="internal", title=f"{about} {quarter_text(review.quarter)}",
                     company=_company(review), running_head=f"{about} · "
                     f"{quarter_text(review.quarter)}", band=band,
                     foot=foot(words, review.data_until, review.report_id))
    values = {"quarter": quarter_text(review.quarter), "months": words.months(review.quarter),
              "day": words.date(review.data_until)}
    told = (words.say("{quarter}: {months}. Data until {day}.", **values)
            if review.year_ago is None else words.say(
                "{quarter}: {months}, compared with the same quarter a year before. "
                "Data until {day}.", **values))
    if review.territory:
        told = f"{_of_territory(review, words)} {told}"
    return Cover(Markup("<p>{}</p>").format(told), record)


def _of_territory(review: QuarterReview, words: Language) -> str:
    """That the page is about one sales territory, and how many accounts it has."""
    return words.count("Only the sales territory {territory}, with {n} Green Circle account.",
                       "Only the sales territory {territory}, with {n} Green Circle accounts.",
                       len(review.green_circle), territory=review.territory)


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


def page_record(words: Language, *, kind: str, title: str, company: Mapping[str, Any],
                running_head: str, band: str, foot: list[str],
                missing: list[str] | None = None) -> dict[str, Any]:
    """What stands around a page, from its title to its foot; with something missing, a draft."""
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


def foot(words: Language, data_until: Any, report_id: str) -> list[str]:
    """The lines at the end of every page: from which data, by which definitions."""
    return [words.say("Data as of {day}", day=words.date(data_until)),
            words.say("Definitions version {version}, qbrkit {kit}", version=DEFINITIONS,
                      kit=__version__),
            words.say("Report {id}", id=report_id)]
