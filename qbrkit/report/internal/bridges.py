"""What made the change: prices, volume, mix, products, returns or exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.growth.bridge import HALF_A_CENT, sum_bridges
from qbrkit.report.exhibits import Html, finding, not_available, note, nothing
from qbrkit.report.internal.bridge_exhibits import (
    accounts_table,
    compared,
    green_bridges,
    shown_bars,
    waterfall_figure,
)
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import part_of_quarter, words_of
from qbrkit.report.words import listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

__all__ = ["accounts_table", "decisions", "headlines", "how_to_read", "made_change",
           "waterfall_figure"]

MATERIAL = 0.05
"""Part of what an account bought from which its returns are named. House rule."""
OTHER_ORDERS = 1 / 3
"""Part of the revenue from which new and lost products together are the timing of orders."""
RENUMBERED = 0.2
"""Part of the revenue from which new and lost products together look like new numbers."""
REST_BOUGHT = 0.5
"""Part of its other purchases an account has to keep for a product to be missing alone."""
BARS_TOLD = 4
"""Bars told in a sentence, the largest first."""


def made_change(review: QuarterReview) -> Html:
    """What the change of the company is made of, and the accounts that stand for it."""
    words = words_of(review)
    if review.bridges is None:
        return not_available(part_of_quarter(review, words) or words.say(
            "The data do not cover the same quarter a year before, so there is nothing to bridge."))
    return finding(*(_company(comparison, review, words) for comparison in _told(review)),
                   _without_quantity(review.bridges.of(compared(review)), words),
                   *(one.sentence for one in _stories(review, words)))


def headlines(review: QuarterReview) -> list[Candidate]:
    """Findings that may head the page."""
    return _stories(review, words_of(review)) if review.bridges is not None else []


def decisions(review: QuarterReview) -> list[str]:
    """What the bridges ask the team to decide."""
    words = words_of(review)
    if review.bridges is None:
        return []
    rows, found = green_bridges(review, compared(review)), []
    lost = _stopped(review, "year", words)
    if names := listed_names([f"{label} ({product})" for label, product in zip(
            lost["label"], lost["products"], strict=True)], words):
        found.append(words.say("Ask why it is no longer bought, and win it back: {names}.",
                               names=names))
    if names := listed_names(_price_only(rows)["label"], words):
        found.append(words.say("Win back volume at {names}: growth came from prices only.",
                               names=names))
    if names := listed_names(_heavy_returns(rows)["label"], words):
        found.append(words.say("Find the cause of the credits and returns at {names}.",
                               names=names))
    return found


def how_to_read(review: QuarterReview) -> Html:
    """What the bars mean, and where they may mislead."""
    words = words_of(review)
    if review.bridges is None:
        return nothing()
    bridge = sum_bridges(review.bridges.of(compared(review)))
    if min(bridge["new_products"], -bridge["lost_products"]) > RENUMBERED * bridge["base"] > 0:
        return note(words.say(
            "A product is new or lost when an account bought none of it in the other period. "
            "Both are large here: products bought now and then count so, and so would products "
            "that were given new numbers."))
    return note(words.say(
        "A product is new or lost when an account bought none of it in the other period; what new "
        "and lost customers buy is in it."))


def _told(review: QuarterReview) -> list[str]:
    """Comparisons that say something; a quarter of other orders than a year ago does not."""
    if review.bridges is None or compared(review) == "quarter":
        return ["quarter"]
    quarter = sum_bridges(review.bridges.of("quarter"))
    third = OTHER_ORDERS * (quarter["base"] + quarter["review"]) / 2
    if min(quarter["new_products"], -quarter["lost_products"]) > third:
        return ["year"]
    return ["year", "quarter"]


def _company(comparison: str, review: QuarterReview, words: Language) -> str:
    """The bars of the company, the largest first."""
    if review.bridges is None:
        return ""
    rows = review.bridges.of(comparison)
    bars = tell_bars(sum_bridges(rows), bool(rows["units_differ"].any()), review, words)
    if comparison == "year":
        return words.say("The change of twelve months on the twelve before is made of {bars}.",
                         bars=bars) if bars else words.say(
            "Twelve months brought the same as the twelve before, and nothing moved below it.")
    return words.say("The change on the quarter a year before is made of {bars}.",
                     bars=bars) if bars else words.say(
        "The quarter brought the same as a year before, and nothing moved below it.")


def tell_bars(bridge: pd.Series, units_differ: bool, review: QuarterReview,
              words: Language) -> str:
    """The largest bars of a bridge in words, and what is left; empty when nothing moved."""
    bars = shown_bars(bridge, units_differ)
    order = bars.reindex(bars.abs().sort_values(ascending=False, kind="stable").index)
    names = {"price": words.say("prices"), "volume": words.say("volume"),
             "mix": words.say("mix"), "volume_and_mix": words.say("volume and mix"),
             "not_split": words.say("price and volume together"),
             "new_products": words.say("products newly bought"),
             "lost_products": words.say("products no longer bought"),
             "returns": words.say("credits and returns"),
             "exchange_rates": words.say("exchange rates"),
             "without_rate": words.say("accounts without a rate of a year ago")}
    told = [f"{names[str(name)]} {signed(amount, review, words)}"
            for name, amount in order.head(BARS_TOLD).items()]
    rest = order.iloc[BARS_TOLD:].sum()
    if rest:
        told.append(words.say("all else {money}", money=signed(rest, review, words)))
    return ", ".join(told)


def _without_quantity(rows: pd.DataFrame, words: Language) -> str:
    """For how much of the sales price and volume cannot be told apart."""
    both = sum_bridges(rows)
    mean, unsplit = (both["base"] + both["review"]) / 2, both["not_split_sales"]
    if unsplit < PRINTED_AS_ZERO or mean <= 0:
        return ""
    no_product, other_units = both["no_product_sales"], both["other_units_sales"]
    lacks = {"invoice_lines.product_id": no_product,
             "invoice_lines.quantity": unsplit - no_product - other_units,
             words.say("one unit for each product"): other_units}
    return words.say(
        "For {share} of the revenue price and volume cannot be told apart; this needs {lacking} "
        "in the export.", share=words.percent(min(unsplit / mean, 1.0)),
        lacking=words.listed([name for name, amount in lacks.items()
                              if amount >= HALF_A_CENT]))


def _stories(review: QuarterReview, words: Language) -> list[Candidate]:
    """Accounts whose bridge tells something, each told once with the money behind it."""
    rows, currency = green_bridges(review, compared(review)), review.settings.company.currency
    is_year = compared(review) == "year"
    found = []
    for first in _stopped(review, "year", words).head(1).to_dict("records"):
        found.append(Candidate(float(first["base"]), words.say(
            "{name} no longer buys {product}: {money} in the twelve months before, nothing since.",
            name=first["label"], product=first["products"],
            money=words.money(first["base"], currency))))
    for first in _stopped(review, "quarter", words).head(1).to_dict("records"):
        found.append(Candidate(float(first["base"]), words.say(
            "{name} has bought no {product} this quarter: {money} in the quarter a year before.",
            name=first["label"], product=first["products"],
            money=words.money(first["base"], currency))))
    for story, tell in ((_price_only, _tell_price), (_rates_only, _tell_rates),
                        (_heavy_returns, _tell_returns)):
        chosen = story(rows)
        if len(chosen):
            found.append(tell(chosen, is_year, review, words))
    return found


def _tell_price(rows: pd.DataFrame, is_year: bool, review: QuarterReview,
                words: Language) -> Candidate:
    first, others = rows.iloc[0], listed_names(rows["label"].iloc[1:], words)
    quantity = first[["volume", "mix", "new_products", "lost_products"]].sum()
    grown = {"name": first["label"], "money": signed(first["grown"], review, words),
             "rest": signed(quantity, review, words)}
    sentence = (words.say("{name} grew by price only: {money} in twelve months, though what it "
                          "bought would have made {rest} at the same prices.", **grown)
                if is_year else
                words.say("{name} grew by price only: {money} on the quarter a year before, though "
                          "what it bought would have made {rest} at the same prices.", **grown))
    if others:
        sentence += " " + words.say("So did {names}.", names=others)
    return Candidate(float(rows["grown"].sum()), sentence)


def _tell_rates(rows: pd.DataFrame, is_year: bool, review: QuarterReview,
                words: Language) -> Candidate:
    first, others = rows.iloc[0], listed_names(rows["label"].iloc[1:], words)
    rates = {"name": first["label"],
             "change": words.percent(first["change"] / first["base"], signed=True),
             "constant": words.percent((first["change"] - first["exchange_rates"])
                                       / first["base"], signed=True)}
    sentence = (words.say("{name} grew by exchange rates only: {change} in twelve months, "
                          "{constant} without them.", **rates) if is_year else
                words.say("{name} grew by exchange rates only: {change} on the quarter a year "
                          "before, {constant} without them.", **rates))
    if others:
        sentence += " " + words.say("So did {names}.", names=others)
    return Candidate(float(rows["exchange_rates"].sum()), sentence)


def _tell_returns(rows: pd.DataFrame, is_year: bool, review: QuarterReview,
                  words: Language) -> Candidate:
    first, others = rows.iloc[0], listed_names(rows["label"].iloc[1:], words)
    told = {"name": first["label"], "share": words.percent(first["returned_share"]),
            "money": words.money(-first["returned"], review.settings.company.currency)}
    sentence = (words.say("Credits and returns took {share} of what {name} bought in twelve "
                          "months: {money}.", **told) if is_year else
                words.say("Credits and returns took {share} of what {name} bought this quarter: "
                          "{money}.", **told))
    if others:
        sentence += " " + words.say("They are heavy at {names} too.", names=others)
    return Candidate(float(-rows["returned"].sum()), sentence)


def _stopped(review: QuarterReview, comparison: str, words: Language) -> pd.DataFrame:
    """What Green Circle accounts no longer buy, one row an account, the largest sum first."""
    if review.bridges is None:
        return pd.DataFrame()
    stopped = review.bridges.stopped[review.bridges.stopped["comparison"] == comparison]
    if stopped.empty:
        return pd.DataFrame(columns=["account_id", "label", "base", "products"])
    rows = green_bridges(review, comparison)
    # one who buys nothing at all is lost as an account, which is told elsewhere
    buyers = rows.loc[rows["review"] > 0, ["account_id", "label", "base", "review"]].rename(
        columns={"base": "whole"})
    found = stopped.merge(buyers, on="account_id").sort_values(
        ["base", "name"], ascending=[False, True])
    found = found.assign(product=[_product(one, words) for one in found.to_dict("records")])
    by_account = found.groupby("account_id")
    sums = by_account.agg(base=("base", "sum"), label=("label", "first"),
                          whole=("whole", "first"), now=("review", "first"), products=(
        "product", lambda names: listed_names(names, words))).reset_index()
    is_told = sums["base"] >= PRINTED_AS_ZERO
    if comparison == "quarter":  # an account that hardly buys anything has gone silent
        is_told &= sums["now"] >= REST_BOUGHT * (sums["whole"] - sums["base"])
    return sums[is_told].sort_values(["base", "account_id"], ascending=[False, True])


def _product(row: dict, words: Language) -> str:
    """A family with the number of its products, or a product with its id."""
    if pd.isna(row["product_id"]):
        return words.count("{family} ({n} product)", "{family} ({n} products)",
                           row["products_n"], family=row["name"])
    if row["product_id"] in row["name"]:
        return str(row["name"])
    return f"{row['name']} ({row['product_id']})"


def _price_only(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts that grow by price only, the largest growth first."""
    chosen = rows[rows["is_price_only"].eq(True).fillna(False).astype(bool)]
    grown = chosen["change"] - chosen["exchange_rates"]
    return chosen.assign(grown=grown)[grown >= PRINTED_AS_ZERO].sort_values(
        ["grown", "account_id"], ascending=[False, True])


def _rates_only(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts that grow in the company's currency and not at constant rates."""
    grows = (rows["change"] >= PRINTED_AS_ZERO) & (rows["base"] > 0)
    chosen = rows[grows & (rows["change"] - rows["exchange_rates"] <= -PRINTED_AS_ZERO)]
    return chosen.sort_values(["exchange_rates", "account_id"], ascending=[False, True])


def _heavy_returns(rows: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose credits and returns are a heavy part of what they bought."""
    bought = rows["review"] - rows["exchange_rates"] - rows["returned"]
    share = -rows["returned"] / bought.where(bought > 0)
    return rows.assign(returned_share=share)[
        (share >= MATERIAL) & (rows["returned"] <= -PRINTED_AS_ZERO)].sort_values(
        ["returned", "account_id"])


def signed(amount: float, review: QuarterReview, words: Language) -> str:
    """Money with its sign, plus included."""
    plus = "+" if round(amount) > 0 else ""
    return plus + words.money(amount, review.settings.company.currency)
