"""Which competitors grow, and at whose expense: what the deals, signals and markets say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.exhibits import Html, finding, missing, note, nothing
from qbrkit.report.internal import threat_records, threat_words
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.internal.threat_records import known, whole
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import NAMED, listed_names
from qbrkit.threats.verdicts import CANNOT_TELL, FEW_DEALS, NO, SHARE, SHARE_AND_SIGNALS, YES

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def state(review: QuarterReview) -> Html:
    """Who grows and at whose expense, who does not, what cannot be told, and our weaknesses."""
    words = words_of(review)
    return _rivals(review, words, [] if review.threats is None else [
        threat_records.weak(review, words), threat_records.exposed(review, words)])


def rivals(review: QuarterReview) -> Html:
    """The same without our weaknesses and those exposed, which the black-ops page tells apart."""
    return _rivals(review, words_of(review), [])


def _rivals(review: QuarterReview, words: Language, rest: list[str]) -> Html:
    threats = review.threats
    who = words.say("sales, from the CRM,")
    if threats is None:
        return missing(words, words.say("Nothing is known of the competitors."),
                       ["deals", "competitor_signals", "market"], who)
    counted = whole(threats.unknown)
    if counted["deals_n"].sum():
        return finding(_growing(review, words), _better_records(review, words),
                       _beaten(review, words), _too_few(review, words),
                       threat_records.deals(review, words), *rest)
    competitors = [] if known(review).empty else [_growing(review, words)]
    told = [threat_records.no_deals(counted, words), *competitors, *rest]
    return missing(words, " ".join(one for one in told if one), ["deals"], who)


def how_to_read(review: QuarterReview) -> Html:
    """What met and expense mean."""
    words, threats = words_of(review), review.threats
    if threats is None or threats.encounters["competitor"].isna().all():
        return nothing()
    return note(words.say(
        "Met: named in a won or lost deal; in brackets the 95% interval. At our expense: by its "
        "families our revenue grew less than the market, or other territories, and a deal was lost "
        "to it or revenue fell in a family where it is named."))


def headlines(review: QuarterReview) -> list[Candidate]:
    """The competitors that grow at our expense, with what was lost to them."""
    words = words_of(review)
    return [Candidate(max(0.0, float(row["lost_money"])), at_our_expense(review, row, words))
            for row in _at_our_expense(review).head(NAMED).to_dict("records")]


def decisions(review: QuarterReview) -> list[str]:
    """Which competitors to answer, and what has to be written down of the deals."""
    words, threats, found = words_of(review), review.threats, []
    if threats is None:
        return []
    rows = _at_our_expense(review)
    if len(rows):
        found.append(words.count(
            "Decide how to answer {names}: it grows at our expense.",
            "Decide how to answer {names}: they grow at our expense.", len(rows),
            names=listed_names(_named(rows, words), words)))
    counted = whole(threats.unknown).sum(numeric_only=True)
    decided, unknown = (int(counted.get(name, 0)) for name in ("decided_n", "unknown_n"))
    if 2 * unknown >= decided > 0:
        found.append(words.say(
            "Have the competitor named in every deal: of those decided in the last four quarters, "
            "{n} of {decided} name none that is known.", n=words.number(unknown),
            decided=words.number(decided)))
    if left_out := int(counted.get("left_out_n", 0)):
        found.append(words.count(
            "Enter the outcome and the day of {n} deal that is in no figure without them.",
            "Enter the outcome and the day of {n} deals that are in no figure without them.",
            left_out))
    return found


def _growers(review: QuarterReview) -> pd.DataFrame:
    """Competitors that grow, where they do: most lost first; over all only if nowhere alone."""
    if review.threats is None:
        return pd.DataFrame()
    rows = known(review)
    grow = rows[rows["growing"] == YES]
    somewhere = grow.loc[grow["territory"].notna(), "competitor"]
    kept = grow[grow["territory"].notna() | ~grow["competitor"].isin(somewhere)]
    return kept.assign(is_ours=kept["at_our_expense"] == YES).sort_values(
        ["is_ours", "lost_money", "met_n", "competitor", "territory"],
        ascending=[False, False, False, True, True])


def _at_our_expense(review: QuarterReview) -> pd.DataFrame:
    rows = _growers(review)
    return rows[rows["at_our_expense"] == YES] if len(rows) else rows


def _growing(review: QuarterReview, words: Language) -> str:
    """The competitor that grows at our expense, or the one that grows, or that none is known."""
    rows = _growers(review)
    if rows.empty:
        return _nobody_grows(review, words)
    first, rest = rows.to_dict("records")[0], rows.iloc[1:]
    told = [at_our_expense(review, first, words) if first["at_our_expense"] == YES else
            _grows(first, words)]
    if len(ours := rest[rest["is_ours"]]):
        told.append(words.say("At our expense grow also: {names}.",
                              names=listed_names(_named(ours, words), words)))
    if len(others := rest[~rest["is_ours"]]):
        told.append(words.say("Growing too: {names}.",
                              names=listed_names(_named(others, words), words)))
    return " ".join(told)


def at_our_expense(review: QuarterReview, row: Mapping[Any, Any], words: Language) -> str:
    """One competitor that grows at our expense: encounters, losses, our revenue and the market."""
    return words.say(
        "{name} grows at our expense: {met}, {lost}; {revenue}.", name=_who(row, words),
        met=_met(row, words), lost=threat_words.lost(
            row, review.settings.company.currency, words),
        revenue=threat_words.against(review, row["territory"], words))


def _grows(row: Mapping[Any, Any], words: Language) -> str:
    """One competitor that grows, though not, or not known to be, at our expense."""
    if row["at_our_expense"] == CANNOT_TELL:
        return words.say("{name} grows: {met}; whether it is at our expense cannot be told.",
                         name=_who(row, words), met=threat_words.evidence(row, words))
    return words.say("{name} grows: {met}; that it is at our expense is not shown.",
                     name=_who(row, words), met=threat_words.evidence(row, words))


def _met(row: Mapping[Any, Any], words: Language) -> str:
    return words.say("met in {before}, then in {now} decided deals", before=threat_words.of(
        row["met_n_before"], row["decided_n_before"], words),
        now=threat_words.of(row["met_n"], row["decided_n"], words))


def _nobody_grows(review: QuarterReview, words: Language) -> str:
    """That no competitor is shown to grow, or none can be judged, or none is known."""
    rows = known(review)
    judged = rows[rows["growing"] == NO]
    names = rows["competitor"].nunique()
    if rows.empty:
        return words.say("No deal and no signal names a known competitor, so nobody can tell which "
                         "one grows.")
    if judged.empty:
        return words.count("Whether the one known competitor grows cannot be told.",
                           "Of {n} known competitors none can be judged.", names)
    return words.count("The one known competitor is not shown to grow.",
                       "Of {n} known competitors none is shown to grow.", names)


def _beaten(review: QuarterReview, words: Language) -> str:
    """The competitor met most often that is not shown to grow."""
    growers = set(_growers(review)["competitor"]) if len(_growers(review)) else set()
    rows = whole(known(review))
    calm = rows[(rows["growing"] == NO) & ~rows["competitor"].isin(growers) & (rows["met_n"] > 0)]
    if calm.empty:
        return ""
    row = calm.sort_values(["met_n", "competitor"], ascending=[False, True]).to_dict("records")[0]
    return words.say(
        "{name} was {met} and is not shown to grow; we won {won} ({rate}).",
        name=row["competitor"], met=_met(row, words),
        won=threat_words.of(row["won_n"], row["met_n"], words),
        rate=words.percent(row["win_rate"]))


def _too_few(review: QuarterReview, words: Language) -> str:
    """Competitors met too seldom to be judged anywhere."""
    rows = known(review)
    told = set(rows.loc[rows["growing"] != CANNOT_TELL, "competitor"])
    few = whole(rows[~rows["competitor"].isin(told) & (rows["growing_reason"] == FEW_DEALS)])
    if few.empty:
        return ""
    names = [words.say("{name} ({n})", name=name, n=words.number(now + before))
             for name, now, before in zip(few["competitor"], few["met_n"], few["met_n_before"],
                                          strict=True)]
    return words.say("Met in too few decided deals of two years to tell: {names}.",
                     names=listed_names(names, words))


def _named(rows: pd.DataFrame, words: Language) -> list[str]:
    return [_who(row, words) for row in rows.to_dict("records")]


def _who(row: Mapping[Any, Any], words: Language) -> str:
    """A competitor and where."""
    if pd.isna(row["territory"]):
        return str(row["competitor"])
    return words.say("{competitor} in {territory}", competitor=row["competitor"],
                     territory=row["territory"])


def _better_records(review: QuarterReview, words: Language) -> str:
    """Whether the growth told first may come from better records."""
    rows = _growers(review)
    if rows.empty or rows.iloc[0]["growing_reason"] not in {SHARE, SHARE_AND_SIGNALS}:
        return ""
    return threat_records.better_records(review, rows.iloc[0]["territory"], words)
