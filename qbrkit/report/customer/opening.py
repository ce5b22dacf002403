"""The first page: for whom, key figures, headline, and the account manager's own words."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from qbrkit.commitments import KEPT
from qbrkit.disclosure import AccountView
from qbrkit.report.customer import promises, purchases, service, value
from qbrkit.report.customer.reading import figure_of, has_table, words_of
from qbrkit.report.exhibits import Html, Tile, numbered, tiles
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.page import Cover, foot, page_record

COMMENT_TAGS = {"p", "em", "strong", "ul", "ol", "li", "br"}


def cover(view: AccountView) -> Cover:
    """Cover of the external review: for whom, and for which months."""
    words = words_of(view)
    name = view.account["name"]
    missing = list_missing(view)
    band = words.say("DRAFT: not yet released") if missing else ""
    if view.is_partial:
        band = " · ".join(filter(None, [band, words.say("PARTIAL QUARTER")]))
    record = page_record(words, kind="external", title=words.say(
        "Business review for {name}, {months}", name=name, months=words.months(view.quarter)),
        company=view.company,
        running_head=f"{name} · {words.months(view.quarter)}", band=band,
        foot=foot(words, view.data_until, view.report_id), missing=missing)
    prepared = words.say("Prepared for {name} by {company}.", name=name,
                         company=view.company["name"])
    months = words.months(view.quarter)
    return Cover(Markup("<p>{}<br>{}</p>").format(prepared, months[0].upper() + months[1:]), record)


def list_missing(view: AccountView) -> list[str]:
    """What the page needs before it can be sent, as sentences; empty when it is ready."""
    words = words_of(view)
    unwritten = words.say("The account manager's own words are missing.")
    unsettled = words.say("A point has to be settled inside before the meeting.")
    return [*([] if view.commentary else [unwritten]), *([unsettled] if view.is_blocked else [])]


def key_figures(view: AccountView) -> Html:
    """The quarter in three tiles."""
    words, currency, figures = words_of(view), view.account["currency"], view.figures
    shown = []
    if "revenue_quarter" in figures:
        shown.append(Tile(words.say("Your purchases"),
                          words.money(figures["revenue_quarter"], currency),
                          purchases.on_year_ago(view, words)))
    if figure_of(view, "value_ltm") >= PRINTED_AS_ZERO and "value_confirmed_ltm" in figures:
        shown.append(Tile(words.say("Value you received"),
                          words.money(figures["value_ltm"], currency),
                          words.say("in twelve months, {confirmed} confirmed",
                                    confirmed=words.money(figures["value_confirmed_ltm"],
                                                          currency))))
    if made := promises.our_outcomes(view):
        kept = sum(outcome == KEPT for outcome in made)
        shown.append(Tile(words.say("Our promises kept"),
                          words.say("{kept} of {made}", kept=words.number(kept),
                                    made=words.number(len(made))),
                          words.say("of the last review")))
    return tiles(*shown)


def headline(view: AccountView) -> Html:
    """Three facts, a concern where there is one, and one request."""
    words = words_of(view)
    received = value.received(view, words) if figure_of(view, "value_ltm") > 0 else ""
    facts = [purchases.bought(view, words), promises.kept(view, words), received,
             service.reached(view, words), request(view, words)]
    return numbered([fact for fact in facts if fact])


def comment(view: AccountView) -> Html:
    """The account manager's own words, with nothing but plain formatting let through."""
    words = words_of(view)
    if not view.commentary:
        return Html(Markup('<div class="missing"><p>{}</p></div>').format(words.say(
            "The account manager's own words follow.")))
    rendered = MarkdownIt("commonmark", {"html": False}).render(view.commentary)
    safe = Markup(nh3.clean(rendered, tags=COMMENT_TAGS, attributes={}))
    signed = words.say("{owner}, your account manager", owner=view.account["owner"]) \
        if view.account.get("owner") else words.say("Your account manager")
    return Html(Markup('<blockquote class="comment">{}<footer>{}</footer></blockquote>').format(
        safe, signed))


def request(view: AccountView, words: Language) -> str:
    """One request: confirm value, use the plan, or name what should be measured."""
    if figure_of(view, "value_estimated_ltm") >= PRINTED_AS_ZERO:
        return words.say("Our request: please confirm or correct the estimated value.")
    if has_table(view, "plan", "open_quantity") and (
            view.tables["plan"]["open_quantity"] > 0).any():
        return words.say("Our request: let us plan the components that are still yours.")
    return words.say("Our request: tell us which result of our work we should measure for you.")
