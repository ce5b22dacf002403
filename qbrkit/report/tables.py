"""Tables of the internal review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.commitments import KEPT, OPEN
from qbrkit.report.exhibits import ColumnView, Html, not_available, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import outcome_words, role_words, segment_words
from qbrkit.segmentation import GREEN_CIRCLE, OVERRIDE, TRANSACTIONAL

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def segments(review: QuarterReview) -> Html:
    """Accounts and revenue per segment; the revenue of no account on a row of its own."""
    words, currency = words_of(review), review.settings.company.currency
    year = [review.quarter - back for back in range(4)]
    inside = review.facts[review.facts["quarter"].isin(year)]
    sums = review.accounts.groupby("segment").agg(accounts_n=("account_id", "size"),
                                                  revenue=("revenue_ltm", "sum"))
    rows = sums.reindex([GREEN_CIRCLE, TRANSACTIONAL], fill_value=0)
    loose = inside.loc[inside["account_id"].isna(), "revenue"].sum()
    if loose:
        rows.loc["not_assigned"] = {"accounts_n": float("nan"), "revenue": loose}
    total = rows["revenue"].sum()
    rows = rows.assign(share=rows["revenue"] / total if total > 0 else float("nan"))
    return table(rows.reset_index(names="segment"), [
        ColumnView("segment", words.say("Segment"), words=segment_words(words) | {
            "not_assigned": words.say("not assigned")}),
        ColumnView("accounts_n", words.say("Accounts"), "number"),
        ColumnView("revenue", words.say("Revenue, {currency}", currency=currency), "money"),
        ColumnView("share", words.say("Share"), "percent"),
    ], words.say("Segments over the last twelve months"), words, total=words.say("Total"))


def circle_sizes(review: QuarterReview) -> Html:
    """How many accounts would be Green Circle at other cut shares."""
    words, sizes = words_of(review), review.circle_sizes
    return table(sizes.assign(cut_share=[words.percent(one, 0) for one in sizes["cut_share"]]), [
        ColumnView("cut_share", words.say("Share of the total that draws the circle")),
        ColumnView("accounts_n", words.say("Green Circle accounts"), "number"),
    ], words.say("How large the circle would be elsewhere"), words)


def movers(review: QuarterReview) -> Html:
    """Accounts whose segment changed since the quarter before, and why they are where they are."""
    words, accounts = words_of(review), review.accounts
    moved = accounts[accounts["previous_segment"].notna()
                     & (accounts["previous_segment"] != accounts["segment"])]
    if moved.empty:
        return nothing()
    return table(moved.assign(why=_why(moved, words)), [
        ColumnView("name", words.say("Account")),
        ColumnView("previous_segment", words.say("Before"), words=segment_words(words)),
        ColumnView("segment", words.say("Now"), words=segment_words(words)),
        ColumnView("why", words.say("Why")),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=review.settings.company.currency), "money"),
    ], words.say("Accounts that changed their segment"), words)


def green_circle(review: QuarterReview) -> Html:
    """Every Green Circle account with its reason and its growth."""
    words, currency = words_of(review), review.settings.company.currency
    green = review.green_circle
    if green.empty:
        return nothing()
    rows = green.assign(why=_why(green, words),
                        rate=green["gross_margin_ltm_low"].add(green["gross_margin_ltm_high"])
                        .div(2).div(green["revenue_ltm"].where(green["revenue_ltm"] > 0)))
    return table(rows, [
        ColumnView("name", words.say("Account")),
        ColumnView("why", words.say("Green Circle by")),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=currency), "money"),
        ColumnView("rate", words.say("Gross margin rate"), "percent"),
        ColumnView("revenue_quarter", words.say("Quarter, {currency}", currency=currency),
                   "money"),
        ColumnView("change_constant", words.say("Change at constant rates, {currency}",
                                                currency=currency), "money"),
        ColumnView("exchange_rates", words.say("Exchange rates, {currency}", currency=currency),
                   "money"),
        ColumnView("change_rate", words.say("Change"), "change"),
        ColumnView("year_change_rate", words.say("Change of twelve months"), "change"),
    ], words.say("Green Circle accounts, largest first"), words, total=words.say("Total"))


def contacts(review: QuarterReview) -> Html:
    """Green Circle accounts by contacts: the thinnest first."""
    words, green = words_of(review), review.green_circle
    if green["contacts_n"].isna().all():
        return nothing()
    rows = green.sort_values(["contacts_n", "account_id"])
    return table(rows, [
        ColumnView("name", words.say("Account")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("contacts_n", words.say("Contacts"), "number"),
        ColumnView("persons_n", words.say("Persons known"), "number"),
        ColumnView("contact_status", words.say("Status"), words={
            "below minimum": words.say("below minimum"), "in range": words.say("in range"),
            "above, fine": words.say("above, fine")}),
        ColumnView("missing_roles", words.say("Missing roles"), words=role_words(words)),
        ColumnView("last_contact", words.say("Last contact"), "date"),
        ColumnView("overdue_days", words.say("Days overdue"), "number"),
    ], words.say("Contacts of Green Circle accounts, thinnest first"), words)


def value(review: QuarterReview) -> Html:
    """Value of the last twelve months per Green Circle account."""
    words, green = words_of(review), review.green_circle
    rows = green[green["lines_n"] > 0]
    if rows.empty:
        return not_available(words.say("No Green Circle account has a documented value."))
    amounts = ["benefit", "extra_mile", "free_in_plan", "value", "confirmed"]
    not_measured = rows["lines_n"] == rows["not_measured_n"]  # is not zero
    return table(rows.assign(**{name: rows[name].mask(not_measured) for name in amounts}), [
        ColumnView("name", words.say("Account")),
        ColumnView("currency", words.say("Currency")),
        ColumnView("benefit", words.say("Benefit"), "money"),
        ColumnView("extra_mile", words.say("Extra mile"), "money"),
        ColumnView("free_in_plan", words.say("Free in the plan"), "money"),
        ColumnView("value", words.say("Value"), "money"),
        ColumnView("confirmed", words.say("of it confirmed"), "money"),
        ColumnView("roi", words.say("Return"), "change"),
        ColumnView("payback_months", words.say("Payback, months"), "number", digits=1),
    ], words.say("Value received in the last twelve months, in each account's currency"), words)


def promises(review: QuarterReview) -> Html:
    """Our promises of the review before that were not kept."""
    words = words_of(review)
    if review.promises is None:
        return nothing()
    broken = review.promises[~review.promises["outcome"].isin([KEPT, OPEN])
                             & (review.promises["side"] == "ours")]
    if broken.empty:
        return not_available(words.say("There is no promise of ours that was not kept."))
    names = review.accounts.set_index("account_id")["name"]
    rows = broken.assign(name=broken["account_id"].map(names).fillna(broken["account_id"]))
    return table(rows, [
        ColumnView("name", words.say("Account")),
        ColumnView("text", words.say("What we promised"), "sentence"),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Due"), "date"),
        ColumnView("outcome", words.say("Outcome"), "pill", words=outcome_words(words)),
    ], words.say("Our promises that were not kept"), words)


def readiness(review: QuarterReview) -> Html:
    """What each Green Circle account lacks before its external review."""
    words, green = words_of(review), review.green_circle
    if green.empty:
        return nothing()
    reasons = [_lacks(row, review, words) for row in green.to_dict("records")]
    rows = green.assign(status=["draft" if row["account_id"] not in review.commentary else "ready"
                                for row in green.to_dict("records")],
                        lacks=["; ".join(one) for one in reasons])
    return table(rows, [
        ColumnView("name", words.say("Account")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("status", words.say("External review"), "pill", words={
            "draft": words.say("draft"), "ready": words.say("ready")}),
        ColumnView("lacks", words.say("To do before the meeting"), "sentence"),
    ], words.say("Readiness of the external reviews"), words)


def problems(review: QuarterReview) -> Html:
    """Every problem found in the exports."""
    words = words_of(review)
    if not review.problems:
        return not_available(words.say("No problem was found in the exports."))
    rows = pd.DataFrame([{"table": problem.table, "what": problem.sentence(), "rows": problem.rows,
                          "money": problem.money} for problem in review.problems])
    return table(rows, [
        ColumnView("table", words.say("Table")),
        ColumnView("what", words.say("Problem"), "sentence"),
        ColumnView("rows", words.say("Rows"), "number"),
        ColumnView("money", words.say("Revenue, {currency}",
                                      currency=review.settings.company.currency), "money"),
    ], words.say("Problems found in the exports"), words)


def _why(accounts: pd.DataFrame, words: Language) -> list[str]:
    named = {"margin": words.say("margin"), "volume": words.say("volume"),
             "potential": words.say("potential"), "override": words.say("set by hand")}
    told = []
    for row in accounts.to_dict("records"):
        parts = [", ".join(named[reason] for reason in row["reasons"].split(", ") if reason)]
        before = row.get("previous_reasons")
        if not row["reasons"] and isinstance(before, str) and before:
            parts.append(words.say("no longer set by hand") if before == OVERRIDE else
                         words.say("no longer by {reasons}", reasons=", ".join(
                             named[reason] for reason in before.split(", "))))
        parts += [words.say("provisional")] if row["is_provisional"] else []
        parts += [words.say("dormant")] if row["is_dormant"] else []
        parts += [words.say("loses money")] if row["loses_money"] else []
        told.append("; ".join(part for part in parts if part))
    return told


def _lacks(account: dict, review: QuarterReview, words: Language) -> list[str]:
    """What is still to be done for one account, as short phrases."""
    conditions = [
        (account["account_id"] not in review.commentary, words.say("write the account manager's "
                                                                   "own words")),
        (account["contacts_n"] < review.settings.contacts.minimum, words.say("win contacts")),
        (account["overdue_days"] > 0 or account["is_never_contacted"],
         words.say("call: the contact is overdue")),
        (review.ledger is not None and not account["confirmed_two_quarters"] > 0,
         words.say("have value confirmed")),
        (account["roi"] <= 0, words.say("talk about the return first")),
        (account["overdue_promises_n"] > 0, words.say("answer for overdue promises")),
        (account["open_complaints_n"] > 0, words.say("answer the open complaint")),
    ]
    return [phrase for is_met, phrase in conditions if is_met]
