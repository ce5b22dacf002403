"""The tables of the competitors, of shift and share, of who is exposed, and of our weaknesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, nothing, round_to_total, table
from qbrkit.report.internal import threat_words
from qbrkit.report.internal.threat_records import known, whole
from qbrkit.report.language import NOT_KNOWN, Language
from qbrkit.report.sentences import words_of
from qbrkit.threats.shift_share import MARKET, OTHERS, TERMS
from qbrkit.threats.verdicts import NO, YES
from qbrkit.threats.weaknesses import COMPLAINT, LOSS_REASON, SERVICE_LEVEL

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

SHOWN, EXPOSED, EACH = 12, 15, 8


def competitors(review: QuarterReview) -> Html:
    """Competitors by territory: how often met, won, lost, and both answers with their reasons."""
    words, threats = words_of(review), review.threats
    if threats is None or (rows := _pressing(known(review))).empty:
        return nothing()
    shown = rows.head(SHOWN)
    reference = threats.shift_share.set_index("territory")["reference"]
    told = shown.to_dict("records")
    return table(shown.assign(
        place=shown["territory"].fillna(words.say("all")),
        met_before=[threat_words.of(row["met_n_before"], row["decided_n_before"], words)
                    for row in told],
        met=[threat_words.of(row["met_n"], row["decided_n"], words) for row in told],
        won=[threat_words.win_rate(row, words) for row in told],
        grows=[threat_words.growing(row, words) for row in told],
        expense=[threat_words.expense(row, reference.get(row["territory"]), words)
                 for row in told]), [
        ColumnView("competitor", words.say("Competitor")),
        ColumnView("place", words.say("Territory")),
        ColumnView("met_before", words.say("Met before"), "range"),
        ColumnView("met", words.say("Met"), "range"),
        ColumnView("won", words.say("Won of these"), "range"),
        ColumnView("lost_money", words.say("Lost to it, {currency}",
                                           currency=review.settings.company.currency), "money"),
        ColumnView("grows", words.say("Growing?")),
        ColumnView("expense", words.say("At our expense?")),
    ], _caption(len(rows), words), words)


def _caption(count: int, words: Language) -> str:
    if count <= SHOWN:
        return words.say("Competitors in decided deals of the four quarters before and of the last "
                         "four")
    return words.say("Competitors in decided deals of the four quarters before and of the last "
                     "four: {shown} of {n} rows, those that grow first", shown=words.number(SHOWN),
                     n=words.number(count))


def _pressing(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by competitor, those that grow at our expense first; over all only where it says more.

    A competitor met in one territory alone needs no row over all.
    """
    met = rows["met_n"] + rows["met_n_before"]
    parts = met.where(rows["territory"].notna(), 0).groupby(rows["competitor"]).transform("max")
    places = rows.groupby("competitor")["territory"].transform("nunique")
    kept = rows[rows["territory"].notna() | (met > parts) | (places != 1)]
    grows = kept["growing"] == YES
    weight = (2 * grows + (kept["growing"] == NO)
              + (grows & (kept["at_our_expense"] == YES))).astype("int64")
    by = kept.assign(
        weight=weight, is_part=kept["territory"].notna(),
        of_all=weight.groupby(kept["competitor"]).transform("max"),
        met_all=kept.groupby("competitor")["met_n"].transform("max"))
    return by.sort_values(
        ["of_all", "met_all", "competitor", "is_part", "weight", "met_n", "territory"],
        ascending=[False, False, True, True, False, False, True])


def shift_share(review: QuarterReview) -> Html:
    """Change of revenue per territory, split into market, mix and competition."""
    words, threats = words_of(review), review.threats
    if threats is None or threats.shift_share["reference"].isna().all():
        return nothing()
    rows = threats.shift_share
    named = rows["territory"].notna()
    parts = rows[named] if rows.loc[named, "reference"].notna().any() else rows[~named]
    shown = parts.sort_values(["competitive", "territory"]).head(SHOWN)
    names = [*TERMS, "not_compared"]
    whole_units = shown[names].apply(round_to_total, axis="columns")
    if (whole_units["not_compared"].fillna(0) == 0).all():
        whole_units = whole_units.drop(columns="not_compared")
    return table(shown.drop(columns=names).join(whole_units).assign(
        place=shown["territory"].fillna(words.say("company"))),
        _terms(shown, review.settings.company.currency, words),
        words.say("Why the revenue of twelve months changed, by territory"), words)


def _terms(rows: pd.DataFrame, currency: str, words: Language) -> list[ColumnView]:
    """The columns of shift and share, in the words of what is compared with."""
    is_market = not (rows["reference"] == OTHERS).any()
    with_it, against_it = (
        (words.say("With the market, {currency}", currency=currency),
         words.say("Against the market, {currency}", currency=currency)) if is_market else
        (words.say("With all others, {currency}", currency=currency),
         words.say("Against the others, {currency}", currency=currency)))
    compared = [] if is_market else [ColumnView("reference", words.say("Compared with"), words={
        MARKET: words.say("market"), OTHERS: words.say("other territories")})]
    return [
        ColumnView("place", words.say("Territory")),
        ColumnView("before", words.say("Revenue before, {currency}", currency=currency), "money"),
        ColumnView("change", words.say("Change, {currency}", currency=currency), "money"),
        ColumnView("market", with_it, "money"),
        ColumnView("mix", words.say("By the families sold, {currency}", currency=currency),
                   "money"),
        ColumnView("competitive", against_it, "money"),
        ColumnView("not_compared", words.say("Not compared, {currency}", currency=currency),
                   "money"),
        *compared]


def exposed(review: QuarterReview) -> Html:
    """Green Circle accounts that a competitor can reach."""
    words, threats = words_of(review), review.threats
    if threats is None or threats.exposed.empty:
        return nothing()
    rows, currency = threats.exposed, review.settings.company.currency
    shown = rows.head(EXPOSED)
    caption = (
        words.say("Green Circle accounts that a competitor can reach") if len(rows) <= EXPOSED else
        words.say("Green Circle accounts that a competitor can reach: the {shown} largest of {n}",
                  shown=words.number(EXPOSED), n=words.number(len(rows))))
    return table(shown.assign(label=shown["account_id"].map(review.labels)), [
        ColumnView("label", words.say("Account")),
        ColumnView("territory", words.say("Territory")),
        ColumnView("competitors", words.say("Competitors")),
        ColumnView("deals_n", words.say("Deals with them"), "number"),
        ColumnView("open_deals_n", words.say("Open"), "number"),
        ColumnView("lost_money", words.say("Lost in two years, {currency}",
                                           currency=currency), "money"),
        ColumnView("white_space_families", words.say("Does not buy from us, though peers do")),
        ColumnView("gaps_n", words.say("Gaps"), "number"),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=currency), "money"),
    ], caption, words)


def weaknesses(review: QuarterReview) -> Html:
    """Reasons of lost deals, missed levels of service and complaints."""
    words, threats = words_of(review), review.threats
    if threats is None:
        return nothing()
    rows = whole(threats.weaknesses)
    shown = rows[(rows["n"] > 0) | (rows["open_n"] > 0)].groupby("kind", sort=False).head(EACH)
    if shown.empty:
        return nothing()
    told = shown.to_dict("records")
    return table(shown.assign(
        kind=shown["kind"].map({
            LOSS_REASON: words.say("deal lost"), SERVICE_LEVEL: words.say("service level missed"),
            COMPLAINT: words.say("complaint")}),
        subject=shown["subject"].fillna(words.say("not known")),
        now=[_of(row["n"], row["of_n"], words) for row in told],
        earlier=[_of(row["n_before"], row["of_n_before"], words) for row in told]), [
        ColumnView("kind", words.say("What")),
        ColumnView("subject", words.say("About"), "sentence"),
        ColumnView("now", words.say("Last four quarters"), "range"),
        ColumnView("earlier", words.say("The four before"), "range"),
        ColumnView("money", words.say("Lost, {currency}",
                                      currency=review.settings.company.currency), "money"),
        ColumnView("open_n", words.say("Open"), "number"),
    ], words.say("Where we fall short"), words)


def _of(part: float, every: float, words: Language) -> str:
    if every == 0:  # nothing was measured: 0 of 0 would look like a good year
        return NOT_KNOWN
    return words.number(part) if pd.isna(every) else threat_words.of(part, every, words)
