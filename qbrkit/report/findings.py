"""Findings of the internal pages: computed sentences that state the result.

Each is true when its figure is zero, negative or missing.
"""

from collections.abc import Iterable

import pandas as pd

from qbrkit.periods import last_twelve_months, quarter_text
from qbrkit.problems import REFUSED
from qbrkit.report.exhibits import (
    Html,
    Tile,
    finding,
    missing,
    not_available,
    note,
    numbered,
    tiles,
)
from qbrkit.report.language import Language, language
from qbrkit.reviews import QuarterReview
from qbrkit.segmentation import GREEN_CIRCLE, concentration

NAMED = 3
"""How many accounts a sentence names before it says how many more there are."""
HALF = 0.5
"""Money below it is printed as 0."""


def key_figures(review: QuarterReview) -> Html:
    """The quarter in four tiles."""
    words, currency = _words(review), review.settings.company.currency
    green = review.green_circle
    quarter = review.totals["revenue_quarter"]
    margin_low = review.totals["gross_margin_quarter_low"]
    margin_high = review.totals["gross_margin_quarter_high"]
    green_share = green["revenue_quarter"].sum() / quarter if quarter > 0 else float("nan")
    return tiles(
        Tile(words.say("Revenue"), words.money(quarter, currency), _on_year_ago(review, words)),
        Tile(words.say("Gross margin"), words.money((margin_low + margin_high) / 2, currency),
             words.say("no cost data") if not review.has_cost else
             words.say("between {low} and {high}", low=words.money(margin_low, currency),
                       high=words.money(margin_high, currency))
             if margin_high - margin_low >= HALF else ""),
        Tile(words.say("Green Circle accounts"), words.number(len(green)),
             words.say("of {n}", n=words.number(len(review.accounts)))),
        Tile(words.say("Their part of the revenue"), words.percent(green_share), ""))


def five_findings(review: QuarterReview) -> Html:
    """The five results that matter most, the largest first."""
    words = _words(review)
    candidates = [_company_growth(review, words), _best_growth(review, words),
                  _worst_growth(review, words), _thin_contacts(review, words),
                  _promises_kept(review, words), _value_documented(review, words),
                  _circle(review, words)]
    return numbered([one for one in candidates if one][:5])


def decisions(review: QuarterReview) -> Html:
    """What the team has to decide, each with the account it concerns."""
    words, green = _words(review), review.green_circle
    found = []
    if names := _names(green[green["loses_money"]], words):
        found.append(words.say("Raise the price or stop the loss at {names}.", names=names))
    left = review.accounts[(review.accounts["previous_segment"] == GREEN_CIRCLE)
                           & (review.accounts["segment"] != GREEN_CIRCLE)]
    if names := _names(left, words):
        found.append(words.say("Let go or win back: {names} fell out of the Green Circle.",
                               names=names))
    joined = green[(green["previous_segment"].notna())
                   & (green["previous_segment"] != GREEN_CIRCLE)]
    if names := _names(joined, words):
        found.append(words.say("Name an account manager's time for {names}: new in the Green "
                               "Circle.", names=names))
    ending = green[_ends_soon(green, review)]
    if names := _names(ending, words):
        found.append(words.count(
            "Open the talks: the contract of {names} ends within {days} days.",
            "Open the talks: the contracts of {names} end within {days} days.", len(ending),
            names=names, days=words.number(review.settings.black_ops.contract_days)))
    if names := _names(green[green["is_decided_by_guess"]], words):
        found.append(words.say("Find the missing costs of {names}: the segment rests on an "
                               "estimate of them.", names=names))
    if not found:
        return finding(words.say("Nothing in these figures calls for a decision."))
    return numbered(found)


def segments(review: QuarterReview) -> Html:
    """How many accounts are Green Circle, and what they make."""
    words = _words(review)
    return finding(_circle(review, words), _capacity(review, words), _concentration(review, words))


def map_note(review: QuarterReview) -> Html:
    """How to read the map of the accounts."""
    return note(_words(review).say(
        "Right of the upright line an account is Green Circle by volume, above the level line by "
        "margin."))


def margin_spread(review: QuarterReview) -> Html:
    """Whether some accounts eat the margin of others."""
    words, currency = _words(review), review.settings.company.currency
    if not review.has_cost:
        return missing(words, words.say("Without any cost there is no gross margin."),
                       ["invoice_lines.cost"], words.say("controlling"))
    losing = review.accounts[review.accounts["gross_margin_ltm_high"] < 0]
    lost = losing["gross_margin_ltm_high"].sum()
    if losing.empty:
        doubtful = review.accounts[review.accounts["gross_margin_ltm_low"] < 0]
        if names := _names(doubtful, words):
            return finding(words.say(
                "No account is known to lose money over the last twelve months; where costs are "
                "missing it may be so: {names}.", names=names))
        return finding(words.say("No account loses money over the last twelve months."))
    return finding(words.count(
        "{n} account loses money: {names} cost at least {lost} in twelve months.",
        "{n} accounts lose money: {names} cost at least {lost} in twelve months.",
        len(losing), names=_names(losing, words), lost=words.money(-lost, currency)))


def growth(review: QuarterReview) -> Html:
    """Where the Green Circle grew and where it shrank."""
    words = _words(review)
    if review.year_ago is None:
        return not_available(words.say(
            "The data do not cover the same quarter a year before, so growth cannot be told."))
    return finding(_company_growth(review, words), _best_growth(review, words),
                   _worst_growth(review, words))


def contacts(review: QuarterReview) -> Html:
    """How many people hold the Green Circle accounts."""
    words = _words(review)
    if "contacts" not in review.tables:
        return missing(words, words.say("Without contacts nobody can be counted."),
                       ["contacts", "activities"], words.say("the CRM"))
    if "activities" not in review.tables:
        return missing(words, words.say(
            "Contacts are known, but not who spoke with them and when, so none can be counted."),
            ["activities"], words.say("the CRM"))
    if review.green_circle.empty:
        return finding(_nobody(words))
    return finding(_thin_contacts(review, words), _overdue_contacts(review, words))


def value(review: QuarterReview) -> Html:
    """How much value is documented, and for how many accounts."""
    words = _words(review)
    if review.ledger is None:
        return missing(words, words.say("No value is documented."), ["benefits", "services"],
                       words.say("service and account managers"))
    return finding(_value_documented(review, words) or _nobody(words),
                   _negative_returns(review, words))


def promises(review: QuarterReview) -> Html:
    """What became of the promises of the review before."""
    words = _words(review)
    if review.promises is None:
        return missing(words, words.say("No promises are recorded."), ["commitments"],
                       words.say("account managers"))
    return finding(_promises_kept(review, words) or words.say(
        "No promise was made in the review of {quarter}.",
        quarter=quarter_text(review.quarter - 1)))


def readiness(review: QuarterReview) -> Html:
    """How many external reviews can be sent as they are."""
    words, green = _words(review), review.green_circle
    ready = green["account_id"].isin(list(review.commentary))
    if green.empty:
        return finding(_nobody(words))
    if ready.all():
        return finding(words.say("Every external review is ready."))
    if not ready.any():
        return finding(words.say("No external review is ready; all wait for the account manager's "
                                 "own words."))
    return finding(words.count(
        "{n} of {all} external reviews is ready; the others wait for the account manager's own "
        "words.", "{n} of {all} external reviews are ready; the others wait for the account "
        "manager's own words.", int(ready.sum()), all=words.number(len(green))))


def transactional(review: QuarterReview) -> Html:
    """How many accounts are reached by phone and e-mail instead."""
    words, calls = _words(review), review.calls
    if calls.empty:
        return finding(words.say("No transactional account is to be contacted."),
                       _not_contacted(review, words))
    return finding(words.count(
        "{n} transactional account is reached by phone and e-mail, with {calls} contacts over "
        "the next year.", "{n} transactional accounts are reached by phone and e-mail, with "
        "{calls} contacts over the next year.", calls["account_id"].nunique(),
        calls=words.number(len(calls))), _not_contacted(review, words))


def data_quality(review: QuarterReview) -> Html:
    """What was found wrong in the exports, with counts and money."""
    words, currency = _words(review), review.settings.company.currency
    refused = [problem for problem in review.problems if problem.severity == REFUSED]
    rows = sum(count.refused for count in review.counts.values())
    lost = sum(problem.money or 0.0 for problem in refused)
    first = (words.say("Every row of the exports could be used.") if not rows else words.count(
        "{n} row could not be used and is left out; its revenue, where known, is {money}.",
        "{n} rows could not be used and are left out; their revenue, where known, is {money}.",
        rows, money=words.money(lost, currency)))
    loose = review.totals["revenue_not_assigned"]
    second = (words.say("Lines without an account make {money} in all; they count for the "
                        "company and for no account.", money=words.money(loose, currency))
              if abs(loose) >= HALF else "")
    return finding(first, second)


def gaps(review: QuarterReview) -> Html:
    """How many gaps a competitor would find in the Green Circle."""
    words, found = _words(review), review.gaps
    if found.empty:
        return finding(words.say("The rules find no gap in any Green Circle account."))
    count = found["account_id"].nunique()
    first = found.iloc[0]["account_id"]
    worst = found[found["account_id"] == first]
    return finding(
        words.count("A competitor would find {gaps} in {n} Green Circle account.",
                    "A competitor would find {gaps} in {n} Green Circle accounts.", count,
                    gaps=words.count("{n} gap", "{n} gaps", len(found))),
        words.count("Most is at stake at {name}: {n} gap with {money} a year.",
                    "Most is at stake at {name}: {n} gaps with {money} a year.", len(worst),
                    name=_name_of(review, first),
                    money=words.money(worst.iloc[0]["at_stake"],
                                      review.settings.company.currency)))


def _words(review: QuarterReview) -> Language:
    return language(review.settings.company.language)


def _on_year_ago(review: QuarterReview, words: Language) -> str:
    if review.year_ago is None:
        return words.say("no year-ago quarter")
    base = review.families["base"].sum()
    constant = review.families["change_constant"].sum(skipna=False)
    if base <= 0 or pd.isna(constant):
        return ""
    return words.say("{rate} on a year ago, constant currency",
                     rate=words.percent(constant / base, signed=True))


def _company_growth(review: QuarterReview, words: Language) -> str:
    if review.year_ago is None:
        return ""
    currency, families = review.settings.company.currency, review.families
    change, rates = families["change"].sum(), families["exchange_rates"].sum(skipna=False)
    money = words.money(abs(change), currency)
    text = (words.say("Revenue rose by {money} on the same quarter a year before", money=money)
            if change >= HALF else
            words.say("Revenue fell by {money} on the same quarter a year before", money=money)
            if change <= -HALF else words.say("Revenue is the same as a year before"))
    if pd.isna(rates):
        return words.say("{text}; the part of the exchange rates is not known.", text=text)
    if abs(rates) < HALF:
        return f"{text}."
    made = _signed(rates, currency, words)
    if abs(change) < HALF:
        return words.say("{text}; exchange rates made {money}, all else the opposite.", text=text,
                         money=made)
    return words.say("{text}, of which exchange rates made {money}.", text=text, money=made)


def _best_growth(review: QuarterReview, words: Language) -> str:
    ranked = review.green_circle.dropna(subset="change_constant")
    grown = ranked[ranked["change_constant"] >= HALF].nlargest(1, "change_constant")
    if grown.empty:
        return ""
    best = grown.iloc[0]
    return words.say(
        "{name} grew most: {money}{rate}.", name=best["name"],
        money=_signed(best["change_constant"], review.settings.company.currency, words),
        rate=_in_brackets(words.percent(best["change_rate"], signed=True), best["change_rate"]))


def _worst_growth(review: QuarterReview, words: Language) -> str:
    ranked = review.green_circle.dropna(subset="change_constant")
    shrunk = ranked[ranked["change_constant"] <= -HALF].nsmallest(1, "change_constant")
    if shrunk.empty:
        return ""
    worst = shrunk.iloc[0]
    return words.say("{name} lost most: {money}{rate}.", name=worst["name"], money=words.money(
        worst["change_constant"], review.settings.company.currency),
        rate=_in_brackets(words.percent(worst["change_rate"], signed=True), worst["change_rate"]))


def _thin_contacts(review: QuarterReview, words: Language) -> str:
    green = review.green_circle
    thin = green[green["contacts_n"] < review.settings.contacts.minimum]
    if green["contacts_n"].isna().all():
        return ""
    if thin.empty:
        return words.say("Every Green Circle account is held by at least {minimum} contacts.",
                         minimum=words.number(review.settings.contacts.minimum))
    return words.count(
        "{n} Green Circle account is held by fewer than {minimum} contacts: {names}.",
        "{n} Green Circle accounts are held by fewer than {minimum} contacts: {names}.", len(thin),
        minimum=words.number(review.settings.contacts.minimum), names=_names(thin, words))


def _overdue_contacts(review: QuarterReview, words: Language) -> str:
    green = review.green_circle
    late = green[green["overdue_days"] > 0]
    never = green[green["days_since_contact"].isna()]
    parts = []
    if len(late):
        worst = late.nlargest(1, "overdue_days").iloc[0]
        parts.append(words.count(
            "{n} account is overdue: {name} by {days}.",
            "{n} accounts are overdue, {name} most, by {days}.", len(late), name=worst["name"],
            days=words.count("{n} day", "{n} days", worst["overdue_days"])))
    if len(never):
        parts.append(words.say("No two-way contact is on record with {names}.",
                               names=_names(never, words)))
    return " ".join(parts) or words.say(
        "All were spoken with within {days} days.",
        days=words.number(review.settings.contacts.green_circle_days))


def _value_documented(review: QuarterReview, words: Language) -> str:
    if review.ledger is None:
        return ""
    green = review.green_circle
    none = green[~(green["confirmed_two_quarters"] > 0)]
    if green.empty:
        return ""
    if none.empty:
        return words.say("Every Green Circle account has confirmed value in the last two quarters.")
    return words.count(
        "{n} Green Circle account has no confirmed value in the last two quarters: {names}.",
        "{n} Green Circle accounts have no confirmed value in the last two quarters: {names}.",
        len(none), names=_names(none, words))


def _negative_returns(review: QuarterReview, words: Language) -> str:
    green = review.green_circle
    poor = green[green["roi"] <= 0]
    if poor.empty:
        return ""
    return words.count(
        "For {n} account the documented value does not cover what the customer spends; its "
        "return stays off the external page.",
        "For {n} accounts the documented value does not cover what the customer spends; their "
        "return stays off the external page.", len(poor))


def _promises_kept(review: QuarterReview, words: Language) -> str:
    made, kept = review.accounts["promises_n"].sum(), review.accounts["kept_n"].sum()
    missed = review.accounts["missed_n"].sum()
    if review.promises is None or not made:
        return ""
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept,
                       made=words.number(made))
    if not missed:
        return f"{text}."
    late = review.accounts[review.accounts["missed_n"] > 0].sort_values(
        ["missed_n", "revenue_ltm"], ascending=False)
    return words.count("{text} and missed {n}: {names}.", "{text} and missed {n}: {names}.",
                       missed, text=text, names=_names(late, words))


def _circle(review: QuarterReview, words: Language) -> str:
    green, everything = review.green_circle, _revenue_of_year(review)
    if green.empty:
        return _nobody(words)
    if everything <= 0:
        return words.count("{n} of {all} accounts is Green Circle.",
                           "{n} of {all} accounts are Green Circle.", len(green),
                           all=words.number(len(review.accounts)))
    share = green["revenue_ltm"].sum() / everything
    return words.count(
        "{n} of {all} accounts is Green Circle; it makes {share} of the revenue of the last "
        "twelve months.", "{n} of {all} accounts are Green Circle; they make {share} of the "
        "revenue of the last twelve months.", len(green),
        all=words.number(len(review.accounts)), share=words.percent(share))


def _capacity(review: QuarterReview, words: Language) -> str:
    reviews = review.settings.company.reviews_per_quarter
    if reviews is None:
        return ""
    share, green_n = words.percent(review.cuts.cut_share), len(review.green_circle)
    if green_n > reviews:
        return words.count(
            "The team can hold {n} review a quarter; the circle, drawn at {share} of the total, "
            "is larger.", "The team can hold {n} reviews a quarter; the circle, drawn at {share} "
            "of the total, is larger.", reviews, share=share)
    if review.cuts.cut_share < review.settings.segmentation.cut_share:
        return words.count(
            "The team can hold {n} review a quarter, so the circle is drawn at {share} of the "
            "total.", "The team can hold {n} reviews a quarter, so the circle is drawn at {share} "
            "of the total.", reviews, share=share)
    return words.count(
        "The team can hold {n} review a quarter, enough for the circle at {share} of the total.",
        "The team can hold {n} reviews a quarter, enough for the circle at {share} of the total.",
        reviews, share=share)


def _concentration(review: QuarterReview, words: Language) -> str:
    by_account, everything = review.accounts["revenue_ltm"], _revenue_of_year(review)
    share = concentration(by_account)
    return "" if pd.isna(share) or everything <= 0 else words.say(
        "The largest fifth of the active accounts makes {share} of the revenue.",
        share=words.percent(share * by_account.sum() / everything))


def _revenue_of_year(review: QuarterReview) -> float:
    """Revenue of the last twelve months, that of no account included."""
    year = last_twelve_months(review.quarter)
    return float(review.facts.loc[review.facts["quarter"].isin(year), "revenue"].sum())


def _nobody(words: Language) -> str:
    return words.say("No account is Green Circle.")


def _signed(amount: float, currency: str, words: Language) -> str:
    return ("+" if amount > 0 else "") + words.money(amount, currency)


def _not_contacted(review: QuarterReview, words: Language) -> str:
    silent = review.accounts["do_not_contact"].fillna(False).astype(bool)
    count = int((silent & (review.accounts["segment"] != GREEN_CIRCLE)).sum())
    return "" if not count else words.count(
        "{n} asked not to be contacted and gets none.",
        "{n} asked not to be contacted and get none.", count)


def _ends_soon(accounts: pd.DataFrame, review: QuarterReview) -> pd.Series:
    days = (accounts["contract_end"] - review.as_of).dt.days
    return (days >= 0) & (days <= review.settings.black_ops.contract_days)


def _names(accounts: pd.DataFrame, words: Language) -> str:
    """The first few accounts by name, and how many more; empty for none."""
    return listed_names(accounts["name"], words)


def listed_names(names: Iterable[str], words: Language) -> str:
    """The first few names, and how many more; empty for none."""
    every = list(names)
    more = len(every) - NAMED
    if more <= 0:
        return words.listed(every)
    return words.listed([*every[:NAMED], words.count("{n} more", "{n} more", more)])


def _name_of(review: QuarterReview, account_id: str) -> str:
    return review.accounts.set_index("account_id")["name"][account_id]


def _in_brackets(text: str, known: float) -> str:
    return "" if pd.isna(known) else f" ({text})"
