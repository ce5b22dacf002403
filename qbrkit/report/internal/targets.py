"""Whether the target was reached, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.growth.targets import ACCOUNT, COMPANY, OWNER, TERRITORY
from qbrkit.report.exhibits import Html, finding, missing, not_available
from qbrkit.report.internal.bridge_exhibits import shown_bars
from qbrkit.report.internal.bridges import signed, tell_bars
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.internal.target_table import (
    causes_of,
    covers_all,
    levels_table,
    name_levels,
)
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import NAMED, listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

__all__ = ["decisions", "headlines", "levels_table", "reached"]

MOST = 0.5
"""Part of a gap from which the falls there are its cause. House rule."""
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
    """What those with a target brought in the quarter, and how much revenue has none."""
    found = rows[(rows["level"] == COMPANY) & rows["revenue_target"].notna()]
    if found.empty:
        return ""
    row, currency = found.iloc[0], review.settings.company.currency
    if not covers_all(found).iloc[0]:
        return " ".join([
            words.say("{who} brought {amount} of {target} in the quarter ({gap}).",
                      **_part(row, currency, words)),
            words.say("{money} of the revenue has no target.",
                      money=words.money(row["revenue_not_covered"], currency))])
    added = {TERRITORY: words.say("The target is that of all territories together."),
             OWNER: words.say("The target is that of all account managers together."),
             ACCOUNT: words.say("The target is that of all accounts with one together.")}
    return " ".join(one for one in (
        _against(words.say("The quarter"), row, currency, words),
        added.get(row["from_level"], "")) if one)


def _part(row: pd.Series, currency: str, words: Language) -> dict[str, str]:
    """A sum over those that have a target, in words; it is not the company."""
    who = {TERRITORY: words.say("Territories with a target"),
           OWNER: words.say("Account managers with a target"),
           ACCOUNT: words.say("Accounts with a target")}
    plus = "+" if row["revenue_gap"] > 0 else ""
    return {"who": who[row["from_level"]], "amount": words.money(row["revenue"], currency),
            "target": words.money(row["revenue_target"], currency),
            "gap": plus + words.money(row["revenue_gap"], currency)}


def _year(of_quarter: pd.DataFrame, of_year: pd.DataFrame, review: QuarterReview,
          words: Language) -> str:
    """The company over twelve months; targets for all four quarters are needed."""
    company = of_year[(of_year["level"] == COMPANY) & of_year["revenue_target"].notna()]
    currency = review.settings.company.currency
    if len(company) and not covers_all(company).iloc[0]:
        return words.say("{who} in each of the last four quarters brought {amount} of {target} in "
                         "these ({gap}).", **_part(company.iloc[0], currency, words))
    if len(company):
        return _against(words.say("The last twelve months"), company.iloc[0], currency, words)
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
    """One missed target: by how much, and because of whom where they make most of it."""
    currency = review.settings.company.currency
    told = {"name": row["told"], "amount": words.money(row["revenue"], currency),
            "target": words.money(row["revenue_target"], currency),
            "gap": words.money(-row["revenue_gap"], currency)}
    causes = causes_of(row, review).head(NAMED)
    if review.bridges is None:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short; which "
                         "accounts made it cannot be told without the year before.", **told)
    if causes.empty and row["level"] == ACCOUNT:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short, though "
                         "it bought no less than a year before.", **told)
    if causes.empty:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short, though "
                         "no account there bought less than a year before.", **told)
    fall = words.money(-causes["change"].sum(), currency)
    if row["level"] == ACCOUNT:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short, and "
                         "{fall} less than a year before.", fall=fall, **told)
    gap, falls = row["revenue_gap"], causes["falls"].iloc[0]
    if falls / gap < MOST:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short. "
                         "Accounts there that bought less than a year before make only {fall} of "
                         "it; the rest was not bought a year before either.",
                         fall=words.money(-falls, currency), **told)
    if causes["change"].sum() / gap < MOST:
        return words.say("{name} reached {amount} of {target} in the quarter: {gap} short. {n} "
                         "accounts there bought {fall} less than a year before, above all "
                         "{names}.", fall=words.money(-falls, currency),
                         n=words.number(causes["falls_n"].iloc[0]),
                         names=words.listed(causes["label"].tolist()), **told)
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
    if found.empty or not (bars := tell_bars(found.iloc[0], True, review, words)):
        return ""
    change = shown_bars(found.iloc[0], True).sum()
    return words.say("Against the quarter a year before, revenue there changed by {change}: "
                     "{bars}.", change=signed(change, review, words), bars=bars)


def _the_rest(rows: pd.DataFrame, words: Language) -> str:
    """What became of the targets that are not told one by one."""
    level = _main_level(rows)
    main = rows[(rows["level"] == level) & rows["has_account"] & rows["revenue_target"].notna()]
    late = missed(rows)
    done = len(main) - len(late)
    if main.empty or level == COMPANY:
        return ""
    others = late["told"].iloc[TOLD:]
    more = words.count("The target of {names} was missed, too.",
                       "The targets of {names} were missed, too.", len(others),
                       names=listed_names(others, words)) if len(others) else ""
    if done == 1:
        (name,) = main["told"].drop(late.index)
        rest = words.say("The target of {name} was reached.", name=name)
    elif done:
        rest = words.say("All {n} targets were reached.", n=words.number(done)) if late.empty else \
            words.say("The other {n} reached their targets.", n=words.number(done))
    else:
        rest = "" if len(main) <= TOLD or more else words.say("No target was reached.")
    return f"{more} {rest}".strip()


def _other_view(rows: pd.DataFrame, words: Language) -> str:
    """Targets of single accounts, which are part of the others and not added to them."""
    others = rows[(rows["level"] == ACCOUNT) & rows["revenue_target"].notna()
                  & rows["has_account"]]
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
