"""Whether the target was reached, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.growth.targets import ACCOUNT, COMPANY, OWNER, TERRITORY
from qbrkit.report.exhibits import Html, finding, missing, not_available
from qbrkit.report.internal.bridges import tell_bars
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.internal.target_table import causes_of, levels_table, name_levels
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import NAMED, listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

__all__ = ["decisions", "headlines", "levels_table", "reached"]

TOLD = 2
"""Misses told with their causes; the others are in the table."""


def reached(review: QuarterReview) -> Html:
    """What was reached of the targets, and which accounts made each miss."""
    words, targets = words_of(review), review.targets
    if targets is None and "targets" not in review.tables:
        return missing(words, words.say("Without targets there is nothing to hold the revenue "
                                        "against."), ["targets"], words.say("sales management"))
    if targets is None:
        return not_available(words.say("No target is set for this quarter."))
    of_quarter, of_year = (name_levels(targets.levels[targets.levels["comparison"] == one], review)
                           for one in ("quarter", "year"))
    misses = missed(of_quarter).head(TOLD).to_dict("records")
    return finding(
        words.say("The quarter is not complete; what is missing still counts as not reached.")
        if review.is_partial else "", _company(of_quarter, review, words),
        *(f"{_miss(row, review, words)} {_bridge(row, review, words)}".strip() for row in misses),
        _the_rest(of_quarter, words), _margins(of_quarter, words),
        _other_view(of_quarter, words), _year(of_quarter, of_year, review, words),
        _without_account(of_quarter, words))


def headlines(review: QuarterReview) -> list[Candidate]:
    """Findings that may head the page: the largest miss, by the money of the quarter."""
    if review.targets is None or review.is_partial:
        return []
    rows = name_levels(review.targets.levels, review)
    return [Candidate(-row["revenue_gap"], _miss(row, review, words_of(review)))
            for row in missed(rows[rows["comparison"] == "quarter"]).head(1).to_dict("records")]


def decisions(review: QuarterReview) -> list[str]:
    """What the misses ask the team to decide."""
    if review.targets is None or review.is_partial:
        return []
    words, rows = words_of(review), name_levels(review.targets.levels, review)
    short = missed(rows[rows["comparison"] == "quarter"])
    if short.empty:
        return []
    return [words.count(
        "Decide how {names} makes up the {money} by which it missed the target of the quarter.",
        "Decide how {names} make up the {money} by which they missed the targets of the quarter.",
        len(short), names=listed_names(short["told"], words),
        money=words.money(-short["revenue_gap"].sum(), review.settings.company.currency))]


def missed(rows: pd.DataFrame) -> pd.DataFrame:
    """Missed revenue targets of the view that covers most revenue, the largest miss first."""
    main = rows[(rows["level"] == _main_level(rows)) & rows["has_account"]]
    return main[main["revenue_gap"] <= -PRINTED_AS_ZERO].sort_values(["revenue_gap", "told"])


def _main_level(rows: pd.DataFrame) -> str:
    """Level whose targets make up the company's."""
    company = rows.loc[rows["level"] == COMPANY, "from_level"]
    if company.empty:
        return ""
    return str(company.iloc[0])


def _company(rows: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """The company in the quarter, and from which targets its own is added up."""
    found = rows[(rows["level"] == COMPANY) & rows["revenue_target"].notna()]
    if found.empty:
        return ""
    row, currency = found.iloc[0], review.settings.company.currency
    added = {TERRITORY: words.say("The target is that of all territories together."),
             OWNER: words.say("The target is that of all account managers together."),
             ACCOUNT: words.say("The target is that of all accounts with one together.")}
    loose = row["revenue_not_covered"]
    return " ".join(one for one in (
        _against(words.say("The quarter"), row, currency, words), added.get(row["from_level"], ""),
        words.say("{money} of the revenue has no target.", money=words.money(loose, currency))
        if loose >= PRINTED_AS_ZERO else "") if one)


def _year(of_quarter: pd.DataFrame, of_year: pd.DataFrame, review: QuarterReview,
          words: Language) -> str:
    """The company over twelve months; targets for all four quarters are needed."""
    company = of_year[(of_year["level"] == COMPANY) & of_year["revenue_target"].notna()]
    if len(company):
        return _against(words.say("The last twelve months"), company.iloc[0],
                        review.settings.company.currency, words)
    if of_quarter["revenue_target"].isna().all():
        return ""
    return words.say("Not every quarter of the last twelve months has a target, so the year is "
                     "held against none.")


def _against(what: str, row: pd.Series, currency: str, words: Language) -> str:
    """A revenue against its target, in a sentence."""
    gap = row["revenue_gap"]
    money = {"what": what, "amount": words.money(row["revenue"], currency),
             "target": words.money(row["revenue_target"], currency),
             "gap": words.money(abs(gap), currency)}
    if abs(gap) < PRINTED_AS_ZERO:
        return words.say("{what} brought {amount}, just the target.", **money)
    if gap > 0:
        return words.say("{what} brought {amount}, {gap} more than the target of {target}.",
                         **money)
    return words.say("{what} brought {amount}, {gap} less than the target of {target}.", **money)


def _miss(row: dict, review: QuarterReview, words: Language) -> str:
    """One missed target: by how much, and because of whom."""
    currency = review.settings.company.currency
    told = {"name": row["told"], "amount": words.money(row["revenue"], currency),
            "target": words.money(row["revenue_target"], currency),
            "gap": words.money(-row["revenue_gap"], currency)}
    causes = causes_of(row, review).head(NAMED)
    if review.bridges is None:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short; which "
                         "accounts made it cannot be told without the year before.", **told)
    if causes.empty:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short, though "
                         "no account there bought less than a year before.", **told)
    fall = words.money(-causes["change"].sum(), currency)
    if row["level"] == ACCOUNT:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short, and "
                         "{fall} less than a year before.", fall=fall, **told)
    return words.count(
        "{name} reached {amount} of {target} in the quarter: {gap} short, because of {names}, "
        "which bought {fall} less than a year before.",
        "{name} reached {amount} of {target} in the quarter: {gap} short, because of {names}, "
        "which together bought {fall} less than a year before.", len(causes),
        names=words.listed(causes["label"].tolist()), fall=fall, **told)


def _bridge(row: dict, review: QuarterReview, words: Language) -> str:
    """The bars below a missed target."""
    known = review.targets.bridges if review.targets is not None else None
    if known is None:
        return ""
    same_name = known["name"].isna() if row["level"] == COMPANY else known["name"] == row["name"]
    found = known[(known["level"] == row["level"]) & (known["comparison"] == row["comparison"])
                  & same_name]
    bars = tell_bars(found.iloc[0], True, review, words) if len(found) else ""
    return words.say("The change there is made of {bars}.", bars=bars) if bars else ""


def _the_rest(rows: pd.DataFrame, words: Language) -> str:
    """What became of the targets that are not told one by one."""
    level = _main_level(rows)
    main = rows[(rows["level"] == level) & rows["has_account"] & rows["revenue_target"].notna()]
    late = missed(rows)
    done = len(main) - len(late)
    if main.empty or level == COMPANY:
        return ""
    also = listed_names(late["told"].iloc[TOLD:], words)
    more = words.say("Short of their targets are also {names}.", names=also) if also else ""
    if late.empty:
        return words.count("{n} target of {all} was reached.", "All {n} targets were reached.",
                           done, all=words.number(len(main)))
    if not done:
        return more or words.say("No target was reached.")
    return f"{more} " * bool(more) + words.count(
        "{n} other reached its target.", "The other {n} reached their targets.", done)


def _other_view(rows: pd.DataFrame, words: Language) -> str:
    """Targets of single accounts, which are part of the others and not added to them."""
    others = rows[(rows["level"] == ACCOUNT) & rows["revenue_target"].notna()]
    if _main_level(rows) == ACCOUNT or others.empty:
        return ""
    short = others[others["revenue_gap"] <= -PRINTED_AS_ZERO].sort_values("revenue_gap")
    if short.empty:
        return words.count("{n} account with a target of its own reached it.",
                           "All {n} accounts with targets of their own reached them.", len(others))
    return words.count(
        "Of {n} account with a target of its own, which is part of these, {names} missed it.",
        "Of {n} accounts with targets of their own, which are part of these, {names} missed them.",
        len(others), names=listed_names(short["told"], words))


def _margins(rows: pd.DataFrame, words: Language) -> str:
    """Whose gross margin is below its target even at best."""
    main = rows[(rows["level"] == _main_level(rows)) & rows["has_account"]]
    below = main[main["gross_margin_high"] - main["margin_target"] <= -PRINTED_AS_ZERO]
    known = main["margin_target"].notna() & main["gross_margin_high"].notna()
    if not known.any():
        return ""
    if below.empty:
        return words.say("No gross margin is known to miss its target.")
    return words.count("The gross margin of {names} is below its target.",
                       "The gross margins of {names} are below their targets.", len(below),
                       names=listed_names(below["told"], words))


def _without_account(rows: pd.DataFrame, words: Language) -> str:
    """Targets that no account belongs to."""
    lost = rows[~rows["has_account"]]
    if lost.empty:
        return ""
    return words.say("There is a target for {names}, but no account of that name; nothing can be "
                     "held against it.", names=listed_names(lost["told"], words))
