"""Where accounts could buy more: wallets, what is open of them, and what is wanted of the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.potential.proof import FOLDS, NO_FAMILY, NO_SIZE, TOO_FEW
from qbrkit.report.exhibits import ColumnView, Html, finding, missing, note, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.internal.white_space import of_green_circle, white_space_of
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import name_of, names_of, words_of
from qbrkit.report.words import NAMED, listed_names
from qbrkit.reviews.wallets import ESTIMATED, STATED
from qbrkit.segmentation import GREEN_CIRCLE

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

SHOWN = 15


def wallets(review: QuarterReview) -> Html:
    """How many accounts have a wallet, and where most can be won; or what is missing."""
    words = words_of(review)
    if review.accounts["wallet"].isna().all():
        return missing(words, _no_estimate(review, words), [
            "accounts.employees", "accounts.industry", "accounts.annual_wallet"],
            words.say("the CRM"))
    return finding(_known(review, words), _open(review, words), _largest(review, words),
                   _too_low(review, words), _proven(review, words), _no_estimate(review, words))


def _known(review: QuarterReview, words: Language) -> str:
    """For how many accounts a wallet is known, and from where."""
    source = review.accounts["wallet_source"]
    every = words.number(len(review.accounts))
    stated, estimated = int((source == STATED).sum()), int((source == ESTIMATED).sum())
    if not estimated:
        return words.count("{n} of {all} accounts has stated its wallet, what it can spend in a "
                           "year.", "{n} of {all} accounts have stated their wallet, what they can "
                           "spend in a year.", stated, all=every)
    if not stated:
        return words.count(
            "For {n} of {all} accounts the wallet, what it can spend in a year, is estimated from "
            "its peers.", "For {n} of {all} accounts the wallet, what they can spend in a year, is "
            "estimated from their peers.", estimated, all=every)
    return words.count(
        "{n} of {all} accounts has a wallet, what it can spend in a year: {stated} stated, "
        "{estimated} estimated from their peers.", "{n} of {all} accounts have a wallet, what they "
        "can spend in a year: {stated} stated, {estimated} estimated from their peers.",
        stated + estimated, all=every, stated=words.number(stated),
        estimated=words.number(estimated))


def _open(review: QuarterReview, words: Language) -> str:
    """How much is open in all, and how much of it can be won."""
    currency = review.settings.company.currency
    amount = review.accounts["potential"].sum()
    if amount < PRINTED_AS_ZERO:
        return words.say("Nothing is open: no wallet is larger than what its account buys.")
    return words.count(
        "It could spend {potential} a year more than it does; at a capture rate of {rate}, "
        "{realizable} of it can be won within a year.",
        "They could spend {potential} a year more than they do; at a capture rate of {rate}, "
        "{realizable} of it can be won within a year.",
        int(review.accounts["wallet"].notna().sum()), potential=words.money(amount, currency),
        realizable=words.money(review.accounts["realizable_potential"].sum(), currency),
        rate=words.percent(review.settings.potential.capture_rate, 0))


def _largest(review: QuarterReview, words: Language) -> str:
    """The accounts where most can be won."""
    currency, top = review.settings.company.currency, _with_potential(review).head(NAMED)
    if top.empty:
        return ""
    told = words.listed([words.say("{name} ({money})", name=name, money=words.money(
        amount, currency)) for name, amount in zip(top["label"], top["realizable_potential"],
                                                   strict=True)])
    return words.say("Most can be won at {accounts}.", accounts=told)


def _too_low(review: QuarterReview, words: Language) -> str:
    """Stated wallets below what is bought, which cannot be right."""
    accounts = review.accounts
    found = accounts[(accounts["wallet_source"] == STATED) & (
        accounts["revenue_ltm"] - accounts["wallet"] >= PRINTED_AS_ZERO)].sort_values(
            ["revenue_ltm", "account_id"], ascending=[False, True])
    if found.empty:
        return ""
    return words.count(
        "{n} stated wallet is below what the account buys, and has to be asked for again: {names}.",
        "{n} stated wallets are below what the accounts buy, and have to be asked for again: "
        "{names}.", len(found), names=names_of(found, words))


def _with_potential(review: QuarterReview) -> pd.DataFrame:
    """Accounts with potential, the largest first."""
    accounts = review.accounts[review.accounts["potential"] >= PRINTED_AS_ZERO]
    return accounts.sort_values(["potential", "account_id"], ascending=[False, True])


def _no_estimate(review: QuarterReview, words: Language) -> str:
    """Why no wallet is estimated; empty when some are."""
    proof, least = review.wallets.proof, review.settings.potential.minimum_peers
    if len(review.wallets.by_family) or review.accounts["wallet"].notna().all():
        return ""
    if proof.is_used:
        return words.count("No wallet is estimated: no account has {n} other of about its size.",
                           "No wallet is estimated: no account has {n} others of about its size.",
                           least)
    if proof.reason == NO_FAMILY:
        return words.say("No wallet is estimated: the lines name no product family.")
    if proof.reason == TOO_FEW:
        return words.count(
            "No wallet is estimated: that takes {n} account with revenue and a history.",
            "No wallet is estimated: that takes {n} accounts with revenue and a history.", least)
    if proof.reason == NO_SIZE:
        return words.count(
            "No wallet is estimated: that takes {n} account whose number of employees is known.",
            "No wallet is estimated: that takes {n} accounts whose number of employees is known.",
            least)
    return words.say(
        "No wallet is estimated: on {n} accounts it had not seen, the estimate did not beat the "
        "plain quantiles in all and in most of {folds} parts.", folds=words.number(FOLDS),
        n=words.number(proof.accounts_n))


def _proven(review: QuarterReview, words: Language) -> str:
    """How the estimate did on accounts it had not seen; empty when it is not used."""
    proof = review.wallets.proof
    if review.wallets.by_family.empty:
        return ""
    return words.say(
        "On {n} accounts it had not seen, the estimate erred by {gain} less than the plain "
        "quantile of the peers.", gain=words.percent(proof.gain, 0),
        n=words.number(proof.accounts_n))


def _losses(review: QuarterReview, words: Language) -> str:
    """Pinball losses of the estimate and of both it was held against; empty without a trial."""
    proof, currency = review.wallets.proof, review.settings.company.currency
    if pd.isna(proof.model):
        return ""
    return words.say(
        "Pinball loss on accounts not seen: {model}; quantile of the peers {peers}, of all "
        "accounts {everyone}.", model=words.money(proof.model, currency),
        peers=words.money(proof.peers, currency), everyone=words.money(proof.everyone, currency))


def wallets_table(review: QuarterReview) -> Html:
    """The largest potentials."""
    words, currency = words_of(review), review.settings.company.currency
    rows = _with_potential(review).head(SHOWN)
    if rows.empty:
        return nothing()
    share = rows["revenue_ltm"] / rows["wallet"]
    return table(rows.assign(share=share), [
        ColumnView("label", words.say("Account")),
        ColumnView("wallet_source", words.say("Wallet is"), words={
            STATED: words.say("stated"), ESTIMATED: words.say("estimated")}),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=currency), "money"),
        ColumnView("wallet", words.say("Wallet a year, {currency}", currency=currency), "money"),
        ColumnView("share", words.say("Our share of it"), "percent"),
        ColumnView("potential", words.say("Potential, {currency}", currency=currency), "money"),
        ColumnView("realizable_potential", words.say("Can be won in a year, {currency}",
                                                     currency=currency), "money"),
    ], words.say("Largest potentials"), words)


def wallets_note(review: QuarterReview) -> Html:
    """What a wallet is, the part of it that counts, and how the estimate was held to proof."""
    words, source = words_of(review), review.accounts["wallet_source"]
    rate = words.percent(review.settings.potential.capture_rate, 0)
    losses = _losses(review, words)
    if _with_potential(review).empty:
        return note(losses) if losses else nothing()
    if not (source == ESTIMATED).any():
        told = words.say("A wallet is what the account says it can spend in a year; {rate} of "
                         "what is open counts as what can be won.", rate=rate)
        return note(f"{told} {losses}".strip())
    told = words.say(
        "An estimated wallet is a ceiling and no forecast: in every family at once, what "
        "{quantile} of accounts of this size and industry stay below; {rate} of what is open "
        "counts as what can be won.", rate=rate,
        quantile=words.percent(review.settings.potential.quantile, 0))
    return note(f"{told} {losses}".strip())


def headlines(review: QuarterReview) -> list[Candidate]:
    """The largest potential and the largest white space of the Green Circle."""
    words, currency = words_of(review), review.settings.company.currency
    found = []
    top = _with_potential(review)
    top = top[top["segment"] == GREEN_CIRCLE].head(1)
    for _, row in top.iterrows():
        text = (words.say("{name} buys for {revenue} and has stated that it can spend {wallet} a "
                          "year: {open} more.", **_money_of(row, words, currency))
                if row["wallet_source"] == STATED else
                words.say("{name} buys for {revenue}; by what its peers spend it could be {wallet} "
                          "a year: {open} more.", **_money_of(row, words, currency)))
        found.append(Candidate(float(row["realizable_potential"]), text))
    for _, row in of_green_circle(review).head(1).iterrows():
        found.append(Candidate(float(row["median_spend"]), white_space_of(review, row, words)))
    return found


def _money_of(row: pd.Series, words: Language, currency: str) -> dict[str, str]:
    return {"name": row["label"], "revenue": words.money(row["revenue_ltm"], currency),
            "wallet": words.money(row["wallet"], currency),
            "open": words.money(row["potential"], currency)}


def decisions(review: QuarterReview) -> list[str]:
    """Where to set a goal for growth, and what to offer."""
    words, found = words_of(review), []
    top = _with_potential(review)
    top = top[top["segment"] == GREEN_CIRCLE].head(NAMED)
    if len(top):
        found.append(words.say("Set a goal for what can be won at {names}: the largest potentials "
                               "of the Green Circle.", names=names_of(top, words)))
    rows = of_green_circle(review)
    if len(rows):
        family = str(rows.groupby("family")["median_spend"].sum().idxmax())
        lacking = rows[rows["family"] == family]
        found.append(words.count(
            "Offer {family} to {names}, or find out who delivers it: at least half of its peers "
            "buy it from us.", "Offer {family} to {names}, or find out who delivers it: at least "
            "half of their peers buy it from us.", len(lacking), family=family,
            names=listed_names([name_of(review, one) for one in lacking["account_id"]], words)))
    return found
