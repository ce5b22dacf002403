"""Think like the competitor: the gaps in an account plan that rules alone can find."""

import pandas as pd

FEW_CONTACTS, MISSING_ROLE, ONE_THREAD = "few_contacts", "missing_role", "one_thread"
CONTACT_OVERDUE, NO_CONFIRMED_VALUE = "contact_overdue", "no_confirmed_value"
CONTRACT_ENDS, OPEN_COMPLAINT = "contract_ends", "open_complaint"
PROMISE_OVERDUE, NO_OBJECTIVE = "promise_overdue", "no_objective"
NEVER = "never"
"""Evidence of an overdue contact where none is on record at all."""
GAPS = (FEW_CONTACTS, MISSING_ROLE, ONE_THREAD, CONTACT_OVERDUE, NO_CONFIRMED_VALUE,
        CONTRACT_ENDS, OPEN_COMPLAINT, PROMISE_OVERDUE, NO_OBJECTIVE)


def find_gaps(accounts: pd.DataFrame, as_of: pd.Timestamp, minimum_contacts: int = 4,
              contract_days: int = 180) -> pd.DataFrame:
    """Gaps of Green Circle accounts, with their evidence and the money at stake.

    Parameters
    ----------
    accounts : DataFrame, shape (n_accounts, k)
        One row per Green Circle account: ``account_id``, ``revenue_ltm`` and what is known
        of ``contacts_n``, ``missing_roles``, ``our_people_n``, ``their_people_n``,
        ``overdue_days``, ``is_never_contacted``, ``confirmed_two_quarters``, ``contract_end``,
        ``open_complaints_n``, ``overdue_promises_n``, ``family_without_objective``. A
        column that is all missing belongs to a table that is not there: its rule is silent.
    as_of : Timestamp
        Day of the review.
    minimum_contacts : int, default 4
        Fewer contacts are a gap.
    contract_days : int, default 180
        A contract that ends within so many days is a gap. [days]

    Returns
    -------
    DataFrame
        ``account_id``, ``gap`` (one of `GAPS`), ``evidence`` (the value that met the rule,
        as text) and ``at_stake``, the account's revenue of the last twelve months.
        [company currency] Largest at stake first.
    """
    days_left = (accounts["contract_end"] - as_of).dt.days
    people = accounts[["our_people_n", "their_people_n"]]
    thin = people.where(people > 0).min(axis="columns")  # none: they are not named
    met = {
        FEW_CONTACTS: (accounts["contacts_n"] < minimum_contacts, accounts["contacts_n"]),
        MISSING_ROLE: (accounts["missing_roles"].fillna("") != "", accounts["missing_roles"]),
        ONE_THREAD: (thin == 1, thin),
        CONTACT_OVERDUE: ((accounts["overdue_days"] > 0) | accounts["is_never_contacted"],
                          accounts["overdue_days"].astype(object).where(
                              ~accounts["is_never_contacted"], NEVER)),
        NO_CONFIRMED_VALUE: (accounts["confirmed_two_quarters"] <= 0,
                             accounts["confirmed_two_quarters"]),
        CONTRACT_ENDS: ((days_left >= 0) & (days_left <= contract_days), days_left),
        OPEN_COMPLAINT: (accounts["open_complaints_n"] > 0, accounts["open_complaints_n"]),
        PROMISE_OVERDUE: (accounts["overdue_promises_n"] > 0, accounts["overdue_promises_n"]),
        NO_OBJECTIVE: (accounts["family_without_objective"].notna(),
                       accounts["family_without_objective"]),
    }
    rows = [pd.DataFrame({"account_id": accounts["account_id"][is_met], "gap": gap,
                          "evidence": pd.Series([_text(value) for value in evidence[is_met]],
                                                index=accounts.index[is_met], dtype="str"),
                          "at_stake": accounts["revenue_ltm"][is_met]})
            for gap, (is_met, evidence) in met.items()]
    order = {gap: at for at, gap in enumerate(GAPS)}
    return (pd.concat(rows, ignore_index=True)
            .assign(rule=lambda gaps: gaps["gap"].map(order))
            .sort_values(["at_stake", "account_id", "rule"], ascending=[False, True, True])
            .drop(columns="rule").reset_index(drop=True))


def _text(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, (int, float)) else str(value)


def family_without_objective(facts: pd.DataFrame, objectives: pd.DataFrame,
                             quarters: list[pd.Period]) -> pd.Series:
    """The largest product family of each account, where no objective names it.

    Parameters
    ----------
    facts : DataFrame
        ``account_id``, ``family``, ``quarter``, ``revenue``.
    objectives : DataFrame
        The contract's ``objectives``.
    quarters : list of Period
        The quarters to find the largest family in.

    Returns
    -------
    Series
        Family by account; accounts whose largest family has an objective, or that bought
        nothing, are not in it.
    """
    inside = facts[facts["quarter"].isin(quarters)]
    by_family = inside.groupby(["account_id", "family"])["revenue"].sum().reset_index()
    largest = (by_family[by_family["revenue"] > 0]
               .sort_values(["revenue", "family"], ascending=[False, True])
               .drop_duplicates("account_id").set_index(["account_id", "family"]))
    named = pd.MultiIndex.from_frame(objectives[["account_id", "family"]])
    without = largest.index[~largest.index.isin(named)].to_frame(index=False)
    return without.set_index("account_id")["family"]
