"""The first page: for whom, key figures, headline, and the account manager's own words."""

import re

import nh3
import pandas as pd
from markdown_it import MarkdownIt
from markupsafe import Markup

from qbrkit.commitments import KEPT, MISSED, OURS, OVERDUE
from qbrkit.disclosure import AccountView
from qbrkit.report.customer import next_steps, plan, promises, purchases, service, value
from qbrkit.report.customer.reading import (
    company_of,
    currency_of,
    figure_of,
    has_table,
    name_of,
    owner_of,
    words_of,
)
from qbrkit.report.customer.value_return import came_back
from qbrkit.report.exhibits import Html, Tile, brief, finding, tiles
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.page import Cover, foot, page_record
from qbrkit.report.words import listed_names

FACTS = 3
COMMENT_TAGS = {"p", "em", "strong", "ul", "ol", "li", "br", "table", "thead", "tbody", "tr", "th",
                "td"}


def cover(view: AccountView) -> Cover:
    """Cover of the external review: for whom, and for which months."""
    words = words_of(view)
    name, months = name_of(view), words.months(view.quarter)
    missing = list_missing(view)
    band = words.say("DRAFT: not yet released") if missing else ""
    if view.is_partial:
        band = " · ".join(filter(None, [band, words.say("PARTIAL QUARTER")]))
    title = words.say("Business review for {name}, {months}", name=name, months=months) \
        if name else words.say("Business review, {months}", months=months)
    record = page_record(words, kind="external", title=title, company=company_of(view),
                         running_head=" · ".join(filter(None, [name, months])), band=band,
                         foot=foot(words, view.data_until, view.report_id), missing=missing)
    told = [_prepared(view, words), months[0].upper() + months[1:]]
    return Cover(Markup("<p>{}</p>").format(Markup("<br>").join(filter(None, told))), record)


def _prepared(view: AccountView, words: Language) -> str:
    """For whom and by whom, as far as both are named."""
    name, company = name_of(view), company_of(view)["name"]
    if name and company:
        return words.say("Prepared for {name} by {company}.", name=name, company=company)
    if name:
        return words.say("Prepared for {name}.", name=name)
    return words.say("Prepared by {company}.", company=company) if company else ""


def list_missing(view: AccountView) -> list[str]:
    """What the page needs before it can be sent, as sentences; empty when it is ready."""
    words = words_of(view)
    unwritten = words.say("The account manager's own words are missing.")
    unsettled = words.say("A point has to be settled inside before the meeting.")
    return [*([] if view.commentary else [unwritten]), *([unsettled] if view.is_blocked else [])]


def key_figures(view: AccountView) -> Html:
    """The quarter in a few tiles; what is not known has none."""
    words, currency = words_of(view), currency_of(view)
    shown = []
    if "revenue_quarter" in view.figures:
        shown.append(Tile(words.say("Your purchases"),
                          words.money(view.figures["revenue_quarter"], currency),
                          purchases.on_year_ago(view, words)))
    if figure_of(view, "value_ltm") >= PRINTED_AS_ZERO and "value_confirmed_ltm" in view.figures:
        confirmed = words.money(view.figures["value_confirmed_ltm"], currency)
        shown.append(Tile(words.say("Value you received"),
                          words.money(view.figures["value_ltm"], currency),
                          words.say("in twelve months, {confirmed} confirmed",
                                    confirmed=confirmed)))
    made = promises.our_outcomes(view)
    if decided := [one for one in made if one in (KEPT, MISSED, OVERDUE)]:
        shown.append(Tile(words.say("Our promises kept"),
                          _of(decided.count(KEPT), len(decided), words),
                          words.say("of the last review") if len(decided) == len(made) else
                          words.say("of the last review, decided so far")))
    if judged := _levels(view):
        shown.append(Tile(words.say("Service measures reached"),
                          _of(judged.count(KEPT), len(judged), words),
                          words.say("in this quarter")))
    return tiles(*shown)


def _of(part: int, whole: int, words: Language) -> str:
    return words.say("{kept} of {made}", kept=words.number(part), made=words.number(whole))


def headline(view: AccountView) -> Html:
    """How we did by our own promises, or what was bought; and what is promised next."""
    words = words_of(view)
    return finding(*(_how_we_did(view) or [purchases.bought(view, words)]),
                   next_steps.coming(view, words))


def facts(view: AccountView) -> Html:
    """At most three facts: what was bought, what it was worth, and what of the plan was used."""
    words = words_of(view)
    received = value.received(view, words) if figure_of(view, "value_ltm") > 0 else ""
    worth = came_back(view, words) or received
    bought = purchases.bought(view, words) if _how_we_did(view) else ""
    used = plan.used(view, words) if figure_of(view, "free_in_plan_ltm") > 0 else ""
    told = [bought, worth, used, purchases.bought_in_year(view, words)]
    return brief(words.say("What to know"), [one for one in told if one][:FACTS])


def concerns(view: AccountView) -> Html:
    """What we missed: at most two concerns, promises before levels of service."""
    words = words_of(view)
    short = service.reached(view, words) if MISSED in _levels(view) else ""
    return brief(words.say("Where we fell short"), [_not_kept(view, words), short])


def request(view: AccountView) -> Html:
    """One request: confirm value, use the plan, or name what should be measured."""
    words = words_of(view)
    return brief(words.say("Our request to you"), [_request(view, words)])


def _how_we_did(view: AccountView) -> list[str]:
    """Our promises kept, and levels of service if all were reached: misses are a concern."""
    words = words_of(view)
    reached = "" if MISSED in _levels(view) else service.reached(view, words)
    return [one for one in (promises.kept(view, words), reached) if one]


def _levels(view: AccountView) -> list[str]:
    """What became of each level of service that was promised and measured."""
    if not has_table(view, "service_levels", "outcome"):
        return []
    return view.tables["service_levels"]["outcome"].dropna().tolist()


def _not_kept(view: AccountView, words: Language) -> str:
    """Which of our promises of the last review were not kept, and why; empty for none."""
    if not has_table(view, "promises", "side", "outcome", "text"):
        return ""
    made = view.tables["promises"]
    missed = made[(made["side"] == OURS) & made["outcome"].isin([MISSED, OVERDUE])]
    if missed.empty:
        return ""
    told = [one["text"] if pd.isna(one.get("reason")) else words.say(
        "{promise} ({reason})", promise=one["text"], reason=one["reason"].rstrip(". "))
        for one in missed.to_dict("records")]
    return words.count("We did not keep this promise: {names}.",
                       "We did not keep these promises: {names}.", len(missed),
                       names=listed_names(told, words))


def comment(view: AccountView) -> Html:
    """The account manager's own words, with nothing but plain formatting let through.

    Of links and HTML the text alone is left: the page holds no address, and nothing to run.
    """
    words = words_of(view)
    if not view.commentary:
        return Html(Markup('<div class="missing"><p>{}</p></div>').format(words.say(
            "The account manager's own words follow.")))
    # HTML is read as such, so that it can be taken out
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(view.commentary)
    # a heading of the comment is no chapter of the page
    rendered = re.sub(r"(?i)<(/?)h[1-6]\b[^>]*>", lambda tag: f"<{tag[1]}p>", rendered)
    safe = Markup(nh3.clean(rendered, tags=COMMENT_TAGS, attributes={}))
    owner = owner_of(view)
    signed = words.say("{owner}, your account manager", owner=owner) \
        if owner else words.say("Your account manager")
    return Html(Markup('<blockquote class="comment">{}<footer>{}</footer></blockquote>').format(
        safe, signed))


def _request(view: AccountView, words: Language) -> str:
    estimated = figure_of(view, "value_estimated_ltm")
    if estimated >= PRINTED_AS_ZERO:
        return words.say("Please confirm or correct the estimated value of {money}.",
                         money=words.money(estimated, currency_of(view)))
    still_open = plan.still_open(view)
    if "name" in still_open and len(names := still_open["name"].dropna()):
        return words.say("Let us set dates for what is still yours in your plan: {names}.",
                         names=listed_names(names, words))
    return words.say("Please tell us which result of our work we should measure for you.")
