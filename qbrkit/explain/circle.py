"""Why an account is in the circle, its place by growth, and its potential."""

import numpy as np
import pandas as pd

from qbrkit import account_figures, growth, segmentation
from qbrkit.explain.names import Subject
from qbrkit.explain.rows import Evidence, FewRows, plain, summed, unknown
from qbrkit.groups import roll_up
from qbrkit.periods import quarter_text
from qbrkit.potential import find_potential
from qbrkit.reviews import QuarterReview
from qbrkit.reviews.wallets import ESTIMATED
from qbrkit.sources import Workspace

NEIGHBORS = 5
"""Accounts shown on either side of a place."""


def explain_segment(workspace: Workspace, review: QuarterReview, subject: Subject,
                    figure: str) -> Evidence:
    """What the account has against each cut now and a quarter before, and what was set by hand."""
    is_previous = figure == "previous_segment"
    quarter = review.quarter - 1 if is_previous else review.quarter
    if is_previous and review.accounts["previous_segment"].isna().all():
        return unknown(f"Not known: the exports do not hold the twelve months up to "
                       f"{quarter_text(quarter)} whole.")
    overrides = workspace.tables.get("segment_overrides")
    if overrides is not None:
        overrides = roll_up(overrides, subject.groups.parents)
    ends = _segments_over_time(workspace, review, overrides)
    found = _row(ends[quarter], subject)
    before = _row(ends[quarter - 1], subject) if quarter - 1 in ends else None
    measures = _measures(found, ends[quarter].attrs["cuts"])
    if before is not None:
        then = _measures(before, ends[quarter - 1].attrs["cuts"])
        measures = measures.assign(amount_before=then["amount"], stays_from_before=then[
            "stays_from"])
    as_of = min(quarter.end_time.normalize(), review.as_of)
    return Evidence(
        FewRows(measures), plain(found["reasons" if figure == "reasons" else "segment"]), False, (
            f"The cuts are those of {quarter_text(quarter)}: the largest accounts that together "
            f"reach {review.cuts.cut_share:g} of the positive total.",
            *_remarks(found), *_hysteresis(found, before, quarter),
            *_set_by_hand(overrides, subject.account_id, found, as_of)))


def _segments_over_time(workspace: Workspace, review: QuarterReview,
                        overrides: pd.DataFrame | None) -> dict[pd.Period, pd.DataFrame]:
    """The circle at every quarter-end, made again from the facts."""
    figures = account_figures.segmentation_inputs(
        review.accounts, review.facts, review.settings,
        workspace.coverage.quarter_ends(review.quarter))
    return segmentation.segment_over_time(
        figures, review.cuts.cut_share, review.settings.segmentation.min_history_quarters,
        overrides, review.as_of, review.is_partial)


def _row(table: pd.DataFrame, subject: Subject) -> pd.Series:
    return table[table["account_id"] == subject.account_id].iloc[0]


def explain_firmness(review: QuarterReview, subject: Subject) -> Evidence:
    """The twelve months that are drawn anew, and how often the rule takes the account."""
    figures = account_figures.segmentation_inputs(
        review.accounts, review.facts, review.settings, [review.quarter])[review.quarter]
    months = account_figures.by_month(figures, review.facts, review.quarter)
    at = int(np.flatnonzero(figures["account_id"] == subject.account_id)[0])
    share = review.cuts.cut_share
    firmness = segmentation.measure_firmness(figures, months, share,
                                             review.settings.segmentation.min_history_quarters)
    called = segmentation.class_of_firmness(firmness).iloc[at].replace("_", " ")
    rows = pd.DataFrame({"month": pd.period_range(
        end=review.quarter.asfreq("M", how="end"), periods=segmentation.MONTHS, freq="M").astype(
            "str")} | {name: amounts[at] for name, amounts in months.items()})
    return Evidence(FewRows(rows), plain(firmness.iloc[at]), False, (
        f"The rule takes the account in {round(firmness.iloc[at] * segmentation.DRAWS):,} of "
        f"{segmentation.DRAWS:,} seeded perturbations: {called}.",
        f"In each, the cut share lies between {max(share - 0.05, 0):g} and "
        f"{min(share + 0.05, 1):g}, the months are drawn anew in blocks of three, the same for "
        "all accounts, and each unknown margin lies anywhere in its range; neither what is set "
        "by hand nor the two quarters before leaving play a part."))


def _measures(account: pd.Series, cuts: segmentation.Cuts) -> pd.DataFrame:
    """Each measure of the account beside its cut, in company currency a year."""
    revenue, gain = account["revenue"], account["realizable_potential"]
    margin = (account["gross_margin_low"] + account["gross_margin_high"]) / 2
    gain_in_margin = gain * margin / revenue if revenue > 0 else np.nan
    table = pd.DataFrame([
        ("gross margin (middle of its range)", margin, cuts.margin),
        ("revenue", revenue, cuts.volume),
        ("gross margin with the realizable potential", margin + gain_in_margin, cuts.margin),
        ("revenue with the realizable potential", revenue + gain, cuts.volume),
    ], columns=["measure", "amount", "cut"]).replace(np.inf, np.nan)
    reached = pd.Series(np.where(table["amount"] >= table["cut"], "yes", "no"), index=table.index)
    known = table["amount"].notna() & table["cut"].notna()
    return table.assign(missing_to_cut=table["cut"] - table["amount"],
                        reached=reached.where(known, "not known"),
                        stays_from=segmentation.STAY * table["cut"])


def _hysteresis(found: pd.Series, before: pd.Series | None, quarter: pd.Period) -> list[str]:
    """Why an account that the rule does not take is in all the same, or no longer."""
    if before is None or found["rule_reasons"]:
        return []
    texts = quarter_text(quarter - 1), quarter_text(quarter)
    if found["is_held"]:
        return [f"The rule alone does not take it at {texts[1]}; it stays (held) until it is "
                f"below stays_from in every measure at two quarter-ends in a row, which it is "
                f"{'at ' + texts[1] + ' only' if found['is_below'] else 'not at ' + texts[1]}."]
    if found["is_below"] and before["is_below"] and (before["is_held"] or before["rule_reasons"]):
        return [f"It was below stays_from in every measure at {texts[0]} and at {texts[1]}: it "
                "leaves."]
    return []


def _remarks(account: pd.Series) -> list[str]:
    """What else decides, a sentence each."""
    return [sentence for holds, sentence in (
        (account["is_dormant"], "No revenue in the twelve months: dormant, so transactional."),
        (account["is_provisional"], f"Only {account['history_quarters']:g} quarters of history: "
         "provisional, it does not help to find the cuts."),
        (account["loses_money"], "It loses money: Green Circle by revenue at most."),
        (account["is_decided_by_guess"], "Unknown costs decide: at one end of the margin's range "
         "the segment would be the other."),
    ) if holds]


def _set_by_hand(overrides: pd.DataFrame | None, account: str, found: pd.Series,
                 as_of: pd.Timestamp) -> list[str]:
    """The overrides of an account; of those in force one holds."""
    if overrides is None:
        return []
    sentences = []
    for row in overrides[overrides["account_id"] == account].to_dict("records"):
        is_early = row["valid_from"] > as_of  # False where there is none
        in_force = row["expires"] >= as_of and not is_early
        holds = in_force and found["reasons"] == segmentation.OVERRIDE and (
            (row["segment"], row["reason"]) == (found["segment"], found["override_reason"]))
        state = "holds" if holds else "another holds" if in_force else (
            "not yet" if is_early else "has expired")
        author = f", by {row['author']}" if isinstance(row["author"], str) else ""
        sentences.append(f"Set by hand to {row['segment']} until {row['expires']:%Y-%m-%d}"
                         f"{author}: {row['reason']} ({state}).")
    return sentences


def explain_rank(review: QuarterReview, subject: Subject) -> Evidence:
    """The accounts around a place by growth, with their changes."""
    columns = ["account_id", "name", "revenue_quarter_year_ago", "revenue_quarter",
               "exchange_rates", "change_constant"]
    if review.year_ago is None:
        return unknown("Not known: the exports do not hold the same quarter a year before whole.")
    ranked = review.accounts[review.accounts["growth_rank"].notna()]  # the others did not buy
    table = growth.rank_growth(ranked[columns])
    at = table.index[table["account_id"] == subject.account_id]
    if not len(at):
        return unknown("No place: it bought nothing in both quarters, or a rate of a year ago is "
                       "missing.")
    around = table.iloc[max(at[0] - NEIGHBORS, 0):at[0] + NEIGHBORS + 1]
    return Evidence(FewRows(around[["growth_rank", *columns]]),
                    plain(table.loc[at[0], "growth_rank"]), False,
                    (f"{len(table):,} accounts have a place; change_constant = revenue_quarter - "
                     "exchange_rates - revenue_quarter_year_ago.",))


def explain_potential(workspace: Workspace, review: QuarterReview, subject: Subject,
                      figure: str) -> Evidence:
    """Stated wallets, less what is spent with us, and the part that can be won."""
    account = review.accounts[review.accounts["account_id"] == subject.account_id]
    rate = review.settings.potential.capture_rate
    found = find_potential(account, account.set_index("account_id")["revenue_ltm"], rate).iloc[0]
    if pd.isna(found["potential"]):
        return unknown("Not known: no annual_wallet is stated for it, or none that has an exchange "
                       "rate, and none is estimated; unknown is not zero.")
    if account["wallet_source"].iloc[0] == ESTIMATED:
        return _estimated(review, subject, figure, rate)
    wallets = _wallets(workspace, review, subject)
    spent = float(account["revenue_ltm"].iloc[0])
    steps = [("revenue of the last twelve months", -spent)]
    open_amount = float(wallets["amount_company"].sum()) - spent
    if open_amount < 0:
        steps.append(("a potential is not below 0", float(found["potential"]) - open_amount))
    if figure == "realizable_potential":
        steps.append((f"what cannot be won within a year (capture rate {rate:g})",
                      float(found["realizable_potential"] - found["potential"])))
    rows = pd.concat([wallets, pd.DataFrame(steps, columns=["what", "amount_company"])],
                     ignore_index=True)
    return summed(FewRows(rows, "amount_company"))


def _estimated(review: QuarterReview, subject: Subject, figure: str, rate: float) -> Evidence:
    """What is open in each family, and the part of it that can be won."""
    table = review.wallets.by_family
    own = table[table["account_id"] == subject.account_id]
    rows = own[["family", "peers_n", "wallet", "spend", figure]].rename(
        columns={figure: "amount_company"}).sort_values(
        ["amount_company", "family"], ascending=[False, True], ignore_index=True)
    won = "" if figure == "potential" else f" × the capture rate {rate:g}"
    return summed(FewRows(rows, "amount_company"), (
        f"Estimated: no wallet is stated. The wallet of a family is the "
        f"{review.settings.potential.quantile:g} quantile of what accounts of this size and "
        "industry spend in it, and at least what the account spends; "
        f"amount_company = (wallet - spend){won}."))


def _wallets(workspace: Workspace, review: QuarterReview, subject: Subject) -> pd.DataFrame:
    """Wallets stated by the accounts of a group, in their currency and the company's."""
    groups, master = subject.groups, workspace.tables["accounts"]
    inside = master[master["account_id"].isin(subject.members) & master["annual_wallet"].notna()]
    month = pd.Series(review.as_of.to_period("M").start_time, index=inside.index)
    currency = groups.currency_of(inside)
    rate = groups.rates.to_company(currency, month)
    return pd.DataFrame({
        "what": "stated wallet", "account_id": inside["account_id"],
        "amount": inside["annual_wallet"], "currency": currency, "rate": rate,
        "amount_company": inside["annual_wallet"] * rate})
