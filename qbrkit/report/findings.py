"""Findings of the internal review: the result of each section in computed sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qbrkit.periods import quarter_text
from qbrkit.report.exhibits import (
    Html,
    Tile,
    finding,
    missing,
    not_available,
    note,
    nothing,
    numbered,
    tiles,
)
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import (
    best_growth,
    capacity,
    circle,
    company_growth,
    ends_soon,
    largest_fifth,
    names_of,
    negative_returns,
    nobody_green,
    on_year_ago,
    overdue_contacts,
    promises_kept,
    returns,
    thin_contacts,
    value_documented,
    words_of,
    worst_growth,
)
from qbrkit.segmentation import GREEN_CIRCLE, OVERRIDE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview
    from qbrkit.sources.workspace import RowCount


STEEP_FALL = 0.2
"""A fall that asks for a reason. [share of the year-ago quarter]"""


def key_figures(review: QuarterReview) -> Html:
    """The quarter in four tiles."""
    words, currency = words_of(review), review.settings.company.currency
    green = review.green_circle
    quarter = review.totals["revenue_quarter"]
    margin_low = review.totals["gross_margin_quarter_low"]
    margin_high = review.totals["gross_margin_quarter_high"]
    green_share = green["revenue_quarter"].sum() / quarter if quarter > 0 else float("nan")
    return tiles(
        Tile(words.say("Revenue"), words.money(quarter, currency), on_year_ago(review, words)),
        Tile(words.say("Gross margin"), words.money((margin_low + margin_high) / 2, currency),
             words.say("no cost data") if not review.has_cost else
             words.say("between {low} and {high}", low=words.money(margin_low, currency),
                       high=words.money(margin_high, currency))
             if margin_high - margin_low >= PRINTED_AS_ZERO else ""),
        Tile(words.say("Green Circle accounts"), words.number(len(green)),
             words.say("of {n}", n=words.number(len(review.accounts)))),
        Tile(words.say("Their part of the quarter"), words.percent(green_share),
             words.say("of the quarter's revenue")))


def five_findings(review: QuarterReview) -> Html:
    """The five results that matter most, the largest first."""
    words = words_of(review)
    candidates = [company_growth(review, words), best_growth(review, words),
                  worst_growth(review, words), thin_contacts(review, words),
                  promises_kept(review, words), value_documented(review, words),
                  circle(review, words)]
    return numbered([one for one in candidates if one][:5])


def decisions(review: QuarterReview) -> Html:
    """What the team has to decide, each with the account it concerns."""
    words, green = words_of(review), review.green_circle
    found = []
    if names := names_of(green[green["loses_money"]], words):
        found.append(words.say("Raise the price or stop the loss at {names}.", names=names))
    if names := names_of(green[green["change_rate"] <= -STEEP_FALL], words):
        found.append(words.say("Find out why: {names} bought at least {share} less than a year "
                               "before.", names=names, share=words.percent(STEEP_FALL, 0)))
    if names := names_of(green[green["contacts_n"] <= 1], words):
        found.append(words.say("Win a second contact at {names}.", names=names))
    if names := names_of(green[green["missed_n"] > 0], words):
        found.append(words.say("Answer for missed promises at {names}.", names=names))
    left = review.accounts[(review.accounts["previous_segment"] == GREEN_CIRCLE)
                           & (review.accounts["segment"] != GREEN_CIRCLE)]
    expired = left["previous_reasons"] == OVERRIDE
    if names := names_of(left[expired], words):
        found.append(words.say("Renew or let go: {names} was Green Circle by hand, and that has "
                               "expired.", names=names))
    if names := names_of(left[~expired], words):
        found.append(words.say("Let go or win back: {names} fell out of the Green Circle.",
                               names=names))
    joined = green[(green["previous_segment"].notna())
                   & (green["previous_segment"] != GREEN_CIRCLE)]
    if names := names_of(joined, words):
        found.append(words.say("Name an account manager's time for {names}: new in the Green "
                               "Circle.", names=names))
    ending = green[ends_soon(green, review)]
    if names := names_of(ending, words):
        found.append(words.count(
            "Open the talks: the contract of {names} ends within {days} days.",
            "Open the talks: the contracts of {names} end within {days} days.", len(ending),
            names=names, days=words.number(review.settings.black_ops.contract_days)))
    guessed = review.accounts[review.accounts["is_decided_by_guess"]]
    if names := names_of(guessed, words):
        found.append(words.say("Find the missing costs of {names}: the segment rests on an "
                               "estimate of them.", names=names))
    if not found:
        return finding(words.say(
            "No rule calls for a decision: no loss, steep fall, single contact, missed promise, "
            "change of segment, contract that ends, or missing cost stands out."))
    return numbered(found)


def segments(review: QuarterReview) -> Html:
    """How many accounts are Green Circle, and what they make."""
    words = words_of(review)
    return finding(circle(review, words), capacity(review, words), largest_fifth(review, words))


def map_note(review: QuarterReview) -> Html:
    """How to read the map of the accounts."""
    if not review.has_cost:
        return nothing()
    return note(words_of(review).say(
        "Right of the upright line an account is Green Circle by volume, above the level line by "
        "margin; accounts without a margin above zero are not drawn."))


def movers(review: QuarterReview) -> Html:
    """Who joined the Green Circle since the quarter before, and who left it."""
    words, accounts = words_of(review), review.accounts
    if accounts["previous_segment"].isna().all():
        return not_available(words.say(
            "The data do not reach back far enough to tell the segments of the quarter before."))
    was_green, is_green = (accounts[name] == GREEN_CIRCLE
                           for name in ("previous_segment", "segment"))
    joined, left = accounts[is_green & ~was_green], accounts[was_green & ~is_green]
    if joined.empty and left.empty:
        return finding(words.say("No account changed its segment since the quarter before."))
    return finding(
        words.count("{n} account joined the Green Circle since the quarter before: {names}.",
                    "{n} accounts joined the Green Circle since the quarter before: {names}.",
                    len(joined), names=names_of(joined, words)) if len(joined) else "",
        words.count("{n} account left it: {names}.", "{n} accounts left it: {names}.", len(left),
                    names=names_of(left, words)) if len(left) else "")


def margin_spread(review: QuarterReview) -> Html:
    """Whether some accounts eat the margin of others."""
    words, currency = words_of(review), review.settings.company.currency
    if not review.has_cost:
        return missing(words, words.say("Without any cost there is no gross margin."),
                       ["invoice_lines.cost"], words.say("controlling"))
    losing = review.accounts[review.accounts["gross_margin_ltm_high"] < 0]
    lost = losing["gross_margin_ltm_high"].sum()
    if losing.empty:
        doubtful = review.accounts[review.accounts["gross_margin_ltm_low"] < 0]
        if names := names_of(doubtful, words):
            return finding(words.say(
                "No account is known to lose money over the last twelve months; where costs are "
                "missing it may be so: {names}.", names=names))
        return finding(words.say("No account loses money over the last twelve months."))
    return finding(words.count(
        "{n} account loses money: {names} cost at least {lost} in twelve months.",
        "{n} accounts lose money: {names} cost at least {lost} in twelve months.",
        len(losing), names=names_of(losing, words), lost=words.money(-lost, currency)))


def growth(review: QuarterReview) -> Html:
    """Where the Green Circle grew and where it shrank."""
    words = words_of(review)
    if review.year_ago is None:
        return not_available(words.say(
            "The data do not cover the same quarter a year before, so growth cannot be told."))
    return finding(company_growth(review, words), returns(review, words),
                   best_growth(review, words), worst_growth(review, words))


def contacts(review: QuarterReview) -> Html:
    """How many people hold the Green Circle accounts."""
    words = words_of(review)
    if "contacts" not in review.tables:
        return missing(words, words.say("Without contacts nobody can be counted."),
                       ["contacts", "activities"], words.say("the CRM"))
    if "activities" not in review.tables:
        return missing(words, words.say(
            "Contacts are known, but not who spoke with them and when, so none can be counted."),
            ["activities"], words.say("the CRM"))
    if review.green_circle.empty:
        return finding(nobody_green(words))
    return finding(thin_contacts(review, words), overdue_contacts(review, words))


def value(review: QuarterReview) -> Html:
    """How much value is documented, and for how many accounts."""
    words = words_of(review)
    if review.ledger is None:
        return missing(words, words.say("No value is documented."), ["benefits", "services"],
                       words.say("service and account managers"))
    return finding(value_documented(review, words) or nobody_green(words),
                   negative_returns(review, words))


def promises(review: QuarterReview) -> Html:
    """What became of the promises of the review before."""
    words = words_of(review)
    if review.promises is None:
        return missing(words, words.say("No promises are recorded."), ["commitments"],
                       words.say("account managers"))
    return finding(promises_kept(review, words) or words.say(
        "No promise was made in the review of {quarter}.",
        quarter=quarter_text(review.quarter - 1)))


def readiness(review: QuarterReview) -> Html:
    """How many external reviews can be sent as they are."""
    words, green = words_of(review), review.green_circle
    ready = green["account_id"].isin(list(review.commentary))
    if green.empty:
        return finding(nobody_green(words))
    if ready.all():
        return finding(words.say("Every external review is ready."))
    if not ready.any():
        return finding(words.say("No external review is ready; all wait for the account manager's "
                                 "own words."))
    return finding(words.count(
        "{n} of {all} external reviews is ready; the others wait for the account manager's own "
        "words.", "{n} of {all} external reviews are ready; the others wait for the account "
        "manager's own words.", int(ready.sum()), all=words.number(len(green))))


def data_quality(review: QuarterReview) -> Html:
    """What became of the rows of the exports: left out, repaired, of no account."""
    words, currency = words_of(review), review.settings.company.currency
    told = [sentence for name, count in review.counts.items() if count.refused or count.repaired
            for sentence in _rows_told(name, count, words, currency)]
    if not any(count.refused for count in review.counts.values()):
        told.insert(0, words.say("Every row of the exports could be used.") if not told else
                    words.say("No row of the exports had to be left out."))
    loose = review.totals["revenue_not_assigned"]
    if abs(loose) >= PRINTED_AS_ZERO:
        told.append(words.say("Lines without an account make {money} in all; they count for the "
                              "company and for no account.", money=words.money(loose, currency)))
    return finding(*told)


def _rows_told(table: str, count: RowCount, words: Language, currency: str) -> Iterator[str]:
    """What became of the rows of one table that could not be used as they are."""
    if count.refused and count.revenue_refused is not None:
        yield words.count(
            "{n} row of {table} could not be used and is left out; its revenue, where known, is "
            "{money}.", "{n} rows of {table} could not be used and are left out; their revenue, "
            "where known, is {money}.", count.refused, table=table,
            money=words.money(count.revenue_refused, currency))
    elif count.refused:
        yield words.count("{n} row of {table} could not be used and is left out.",
                          "{n} rows of {table} could not be used and are left out.",
                          count.refused, table=table)
    if count.foreign_refused:
        yield words.count("{n} of these lines is in another currency and not in the sum.",
                          "{n} of these lines are in other currencies and not in the sum.",
                          count.foreign_refused)
    if count.repeated:
        yield words.count("{n} row of {table} repeats another one and counts once with it.",
                          "{n} rows of {table} repeat other ones and count once with them.",
                          count.repeated, table=table)
    if damaged := count.repaired - count.repeated:
        yield words.count("{n} row of {table} counts without a value that could not be read.",
                          "{n} rows of {table} count without a value that could not be read.",
                          damaged, table=table)
