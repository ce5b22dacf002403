"""The components of a plan in the plan year of the review: included, used, still open."""

import pandas as pd

PLAN_USE = ["account_id", "component_id", "name", "plan_only", "year_from", "year_until",
            "is_renewed", "included_quantity", "used_quantity", "open_quantity", "over_quantity",
            "unit_list_value", "used_value", "open_value"]


def plan_use(services: pd.DataFrame | None, plan_components: pd.DataFrame,
             plan_of: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """Components of each account's plan in its plan year: included, used, still open.

    Parameters
    ----------
    services : DataFrame or None
        The contract's ``services``; where a column ``rate`` is there, units of another
        currency for one of the account's on that day, ``used_value`` is in that currency.
    plan_components : DataFrame
        The contract's ``plan_components``; only those valid on the day count, and of
        several entries of one component the one that began last.
    plan_of : Series
        ``plan_id`` by account.
    as_of : Timestamp
        Day of the review.

    Returns
    -------
    DataFrame, shape (n_components, 14)
        ``account_id``, ``component_id``, ``name``; ``plan_only``: cannot be had without the
        plan, here or from others; ``year_from``, ``year_until``: first and last day of the
        plan year, ``year_until`` missing where the component has no first day; what is open
        lapses with it; ``is_renewed``: included anew after that day;
        ``included_quantity`` in the plan year; ``used_quantity`` from ``year_from`` to the
        day of the review; ``open_quantity`` = max(0, included - used), ``over_quantity`` =
        max(0, used - included), both missing when nothing is said to be included;
        ``unit_list_value``, ``used_value``, ``open_value`` at list value, missing without
        one. [account currency, ``used_value`` after ``rate``]

    Notes
    -----
    Included + over = used + open, always. A plan year begins on the anniversary of the
    component's first day (of February 29, on February 28 in other years); without a first
    day the twelve months up to the review stand for it. A component whose last day falls
    into the plan year is included pro rata by days, not rounded. A component entered
    anew within the year, with another quantity or value, begins a plan year of its own:
    earlier use belongs to the earlier entry. The accounts say which plan holds today, not
    since when: who joined a plan within the year has the whole year's quantity, and what
    was used under another plan is not in the table.
    """
    entries = _with_plan_year(_valid_entries(plan_components, as_of), as_of)
    table = plan_of.dropna().rename("plan_id").rename_axis("account_id").reset_index().merge(
        entries, on="plan_id", how="inner")
    (used, priced), included = _used(services, table, as_of), table["included_quantity"]
    still_open = (included - used).clip(lower=0.0)
    only = table["plan_only"].fillna(False) & ~table["free_elsewhere"].fillna(False)
    return table.assign(
        used_quantity=used, open_quantity=still_open,
        over_quantity=(used - included).clip(lower=0.0),
        used_value=priced * table["unit_list_value"],
        open_value=still_open * table["unit_list_value"],
        plan_only=only.astype(bool))[PLAN_USE].reset_index(drop=True)


def _valid_entries(plan_components: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The entry of each component on the day; as in the ledger, the one that began last holds."""
    begun = plan_components["valid_from"].isna() | (plan_components["valid_from"] <= as_of)
    not_over = plan_components["valid_to"].isna() | (plan_components["valid_to"] >= as_of)
    ordered = plan_components[begun & not_over].sort_values(
        ["valid_from", "unit_list_value"], na_position="first", kind="stable")
    return ordered.drop_duplicates(["plan_id", "component_id"], keep="last").sort_index()


def _with_plan_year(entries: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Entries with their plan year around the day, and what is included in it."""
    begin, end = entries["valid_from"].dt.normalize(), entries["valid_to"].dt.normalize()
    day, this_year = pd.Timedelta(days=1), _anniversary(begin, as_of.year)
    is_ahead = this_year > as_of
    year_from = this_year.mask(is_ahead, _anniversary(begin, as_of.year - 1))
    year_end = _anniversary(begin, as_of.year + 1).mask(is_ahead, this_year) - day
    until = year_end.where(~(end < year_end), end)
    share = ((until - year_from).dt.days + 1) / ((year_end - year_from).dt.days + 1)
    pro_rata = entries["included_quantity"] * share
    return entries.assign(
        year_from=year_from.fillna(as_of.normalize() - pd.DateOffset(years=1) + day),
        year_until=until, is_renewed=~(end <= until.fillna(as_of.normalize())),
        included_quantity=pro_rata.where(share < 1, entries["included_quantity"]))


def _anniversary(first: pd.Series, year: int) -> pd.Series:
    """The same day in another year; February 28 for the 29th where there is none."""
    last_of_month = pd.to_datetime(pd.DataFrame({
        "year": year, "month": first.dt.month, "day": 1})) + pd.offsets.MonthEnd(0)
    return last_of_month - pd.to_timedelta(
        (last_of_month.dt.day - first.dt.day).clip(lower=0), unit="D")


def _used(services: pd.DataFrame | None, table: pd.DataFrame,
          as_of: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    """Quantity of each component delivered in its plan year up to the day, and × the rate."""
    nothing = pd.Series(0.0, index=table.index)
    if services is None or table.empty:
        return nothing, nothing
    delivered = services.dropna(subset="component_id")
    delivered = delivered.assign(priced=delivered["quantity"] * delivered.get("rate", 1.0))
    joined = table.reset_index(names="plan_row").merge(
        delivered[["account_id", "component_id", "date", "quantity", "priced"]],
        on=["account_id", "component_id"], how="inner")
    is_inside = (joined["date"] >= joined["year_from"]) & (
        joined["date"] < as_of.normalize() + pd.Timedelta(days=1))
    sums = joined[is_inside].groupby("plan_row")[["quantity", "priced"]].sum()
    used, priced = (sums[name].reindex(table.index, fill_value=0.0)
                    for name in ("quantity", "priced"))
    unknown = joined.loc[is_inside & joined["priced"].isna() & joined["quantity"].notna(),
                         "plan_row"]
    return used, priced.mask(table.index.isin(unknown))
