"""The sample company: the committed files are what the generator writes, they follow the
contract, and every story the sample's README tells is true.

The figures are worked out here from the CSV files with pandas alone, so that the kit can
be held against them.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import QuantileRegressor
from statsmodels.tsa.seasonal import STL

from qbrkit.columns import TABLES

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample"
QUARTER_END = pd.Timestamp("2026-09-30")
LTM = ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
LTM_BEFORE = ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
CUT_SHARE = 0.8
PEERS = 20
TOLD_AND_CHECKED = set()


def story(title):
    """Mark a test as the check of one story of the README."""
    TOLD_AND_CHECKED.add(title)
    return lambda test: test


# --- reading -----------------------------------------------------------------------------

def read(name):
    """One table of the contract, typed by its kinds."""
    paths = sorted(SAMPLE.glob(f"{name}_*.csv" if name == "invoice_lines" else f"{name}.csv"))
    parts = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths]
    rows = pd.concat(parts, ignore_index=True).replace("", np.nan)
    for column in TABLES[name].columns:
        if column.name in rows and column.kind in ("money", "number", "share"):
            rows[column.name] = pd.to_numeric(rows[column.name])
        elif column.name in rows and column.kind == "date":
            rows[column.name] = pd.to_datetime(rows[column.name], format="%Y-%m-%d")
    return rows


@pytest.fixture(scope="module")
def tables():
    return {name: read(name) for name in TABLES}


@pytest.fixture(scope="module")
def accounts(tables):
    return tables["accounts"].set_index("account_id")


@pytest.fixture(scope="module")
def lines(tables, accounts):
    """Invoice lines with quarter, family, EUR, the range of the margin, and the group."""
    rows = tables["invoice_lines"].merge(
        tables["products"][["product_id", "family"]], on="product_id", validate="many_to_one")
    month = rows["invoice_date"].dt.strftime("%Y-%m")
    usd = month.map(tables["exchange_rates"].set_index("month")["rate"])
    rate = usd.where(rows["currency"] == "USD", 1.0)
    assert rate.notna().all()
    rows["quarter"] = rows["invoice_date"].dt.to_period("Q-SEP").astype(str)
    rows["eur"], rows["eur_cost"] = rows["revenue"] * rate, rows["cost"] * rate
    rows["group"] = rows["account_id"].map(accounts["parent_id"]).fillna(rows["account_id"])
    sold = rows[rows["eur_cost"].notna() & (rows["eur"] > 0)
                & (rows["invoice_date"] <= QUARTER_END)]
    part = (sold["eur_cost"] / sold["eur"]).groupby(sold["family"]).quantile([0.05, 0.95]).unstack()
    guesses = pd.DataFrame({quantile: rows["eur"] * rows["family"].map(part[quantile])
                            for quantile in part})
    for name, guess in (("low", guesses.max(axis=1)), ("high", guesses.min(axis=1))):
        rows[name] = rows["eur"] - rows["eur_cost"].fillna(guess)
    rows["middle"] = (rows["low"] + rows["high"]) / 2
    return rows


@pytest.fixture(scope="module")
def features(lines, accounts):
    """Size and industry of the accounts with history enough, and what they bought by family."""
    spend = lines[lines["quarter"].isin(LTM)].groupby(["group", "family"])["eur"].sum()
    spend = spend.unstack(fill_value=0.0).drop("A-022")  # not yet two quarters a customer
    group = accounts["parent_id"].fillna(accounts.index.to_series())
    size = pd.to_numeric(accounts["employees"]).groupby(group).sum(min_count=1)
    return size.loc[spend.index], accounts["industry"].loc[spend.index], spend


@pytest.fixture(scope="module")
def circle_now(lines, accounts, features):
    """Margin, cuts and what can be won of every account, and why it is Green Circle."""
    size, industry, spend = features
    return reasons(lines, "2026Q4", accounts, estimated(size.dropna(), industry, spend))


@pytest.fixture(scope="module")
def told():
    """Rows of the README's table: story → (accounts, sentence, section)."""
    rows = {}
    for line in (SAMPLE / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| ") and len(cells) == 4 and cells[0] != "story":
            rows[cells[0]] = cells[1:]
    return rows


@pytest.fixture(scope="module")
def expect(told):
    """Ask that the README tells a story with these accounts and figures."""
    def check(title, account_ids, *figures):
        where, sentence, section = told[title]
        assert re.findall(r"A-\d{3}", where) == list(account_ids), title
        missing = [figure for figure in figures if figure not in sentence]
        assert not missing, f"{title}: {missing} not in {sentence!r} (all: {figures})"
        assert re.fullmatch(r"(internal|external) \d+|black ops|transactional plan", section), title
    return check


# --- figures -----------------------------------------------------------------------------

def thousand(amount):
    return f"{amount / 1000:,.0f} k"


def percent(share):
    return f"{100 * share:+.1f} %"


def sums(lines, quarters, column="eur", by="group"):
    return lines[lines["quarter"].isin(quarters)].groupby(by)[column].sum()


def last_four(quarter):
    periods = pd.period_range(end=pd.Period(quarter, "Q-SEP"), periods=4, freq="Q-SEP")
    return list(periods.astype(str))


def largest(amounts):
    """The smallest set, by size, that reaches the cut share of the positive total."""
    ranked = amounts[amounts > 0].sort_values(ascending=False)
    return ranked[ranked.cumsum().shift(fill_value=0.0) < CUT_SHARE * ranked.sum()]


def circle(lines, quarter):
    """Who is large by volume and by margin (the new account is too young to count)."""
    quarters = last_four(quarter)
    volume, margin = (sums(lines, quarters, column).drop("A-022", errors="ignore")
                      for column in ("eur", "middle"))
    return volume, margin, largest(volume), largest(margin)


def estimated(size, industry, spend, of=None, quantile=0.85):
    """Quantile of the spend per family by size: linear in the logarithms, and all of one kind.

    No industry of the sample has the twenty accounts that a term of its own would need.
    """
    assert industry.value_counts().max() < PEERS
    known, logs = np.log(size).to_frame(), np.log1p(spend.loc[size.index].clip(lower=0.0))
    wanted = known if of is None else np.log(of).to_frame()
    return pd.DataFrame({family: np.expm1(np.clip(
        QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(
            known.to_numpy(), logs[family]).predict(wanted.to_numpy()), 0.0, logs[family].max()))
        for family in logs}, index=wanted.index)


def peers(size, pool, least):
    """Accounts of the pool about as large, a doubling wider until there are enough."""
    band, bands = np.floor(np.log2(size)), np.floor(np.log2(pool))
    near = [pool.index[(bands - band).abs() <= width] for width in range(4)]
    return next((one for one in near if len(one) >= least), near[-1])


def reasons(lines, quarter, accounts, estimate):
    """What each account makes of every cut, with what can be won in a year (30 % of the rest)."""
    volume, margin, by_volume, by_margin = circle(lines, quarter)
    spend = lines[lines["quarter"].isin(LTM)].groupby(["group", "family"])["eur"].sum()
    spend = spend.unstack(fill_value=0.0).loc[estimate.index, estimate.columns]
    wallet = accounts["annual_wallet"].combine_first(
        estimate.where(estimate > spend, spend).sum(axis="columns"))
    gain = 0.3 * (wallet.reindex(volume.index) - volume).clip(lower=0.0)
    alone = pd.DataFrame({"volume": volume / by_volume.min(), "margin": margin / by_margin.min()})
    lifted_to = alone.mul(1 + gain / volume, axis="index")
    lifted = ((lifted_to >= 1) & (alone < 1)).any(axis="columns")
    part = pd.concat([lifted_to, alone], axis="columns").max(axis="columns")
    return pd.DataFrame({
        "volume": volume, "margin": margin, "wallet": wallet.reindex(volume.index), "gain": gain,
        "by_volume": volume.index.isin(by_volume.index),
        "by_margin": volume.index.isin(by_margin.index),
        "by_potential": lifted & (margin >= 0), "part_of_cut": part})


def below_every_cut(lines, account_id, quarter, part=1.0):
    volume, margin, by_volume, by_margin = circle(lines, quarter)
    return (volume[account_id] < part * by_volume.min()
            and margin[account_id] < part * by_margin.min())


def two_way(tables, account_id, days=None):
    """Two-way exchanges up to the quarter's end, of the last days only if told."""
    rows = tables["activities"]
    rows = rows[(rows["account_id"] == account_id) & (rows["direction"] == "two_way")
                & (rows["date"] <= QUARTER_END)]
    return rows if days is None else rows[rows["date"] > QUARTER_END - pd.Timedelta(days=days)]


def persons(tables, account_id):
    """Contacts that count: active, a person, spoken with in the last ninety days."""
    rows = tables["contacts"]
    rows = rows[(rows["account_id"] == account_id) & (rows["active"] == "yes")
                & ~rows["email"].str.startswith("info@")]
    talked = two_way(tables, account_id, 90)["contact_id"]
    return rows[rows["contact_id"].isin(talked)].drop_duplicates("email")


def roles(people):
    return set(";".join(people["roles"]).split(";"))


def days_since_talk(tables, account_id):
    return (QUARTER_END - two_way(tables, account_id)["date"].max()).days


def of(table, account_id):
    return table[table["account_id"] == account_id]


def value_received(tables, account_id):
    """Benefits, extra mile and plan-only components of the LTM, soft ones left out."""
    benefits = of(tables["benefits"], account_id)
    benefits = benefits[benefits["quarter"].isin(LTM) & (benefits["class"] != "soft")]
    product = ((benefits["actual"] - benefits["baseline"]) * benefits["unit_value"]
               * (1 - benefits["risk"])).sum()
    services = of(tables["services"], account_id)
    services = services[services["date"].between("2025-10-01", "2026-09-30")]
    extra = services[services["service_id"].notna()]
    plan = services.merge(tables["plan_components"][
        ["component_id", "plan_only", "free_elsewhere"]], on="component_id", validate="many_to_one")
    plan = plan[(plan["plan_only"] == "yes") & (plan["free_elsewhere"] == "no")]
    return (product, (extra["unit_list_value"] * extra["quantity"] - extra["charged"]).sum(),
            (plan["unit_list_value"] * plan["quantity"]).sum())


def roi(tables, lines, account_id):
    costs = of(tables["customer_costs"], account_id)
    paid = sums(lines, LTM, "revenue", "account_id")[account_id]
    cost = paid + costs.loc[costs["quarter"].isin(LTM), "amount"].sum()
    return sum(value_received(tables, account_id)) / cost - 1


def scores(tables, session):
    """Best guesses of the second round: a row per account and dimension, a column per rater."""
    rows = tables["black_ops_scores"]
    rows = rows[(rows["session_date"] == session) & (rows["round"] == 2)]
    return rows.pivot(index=["account_id", "dimension"], columns="rater", values="probability_best")


def alpha(table):
    """Krippendorff's ordinal alpha of a full table: interval alpha of the pooled mid-ranks."""
    ranks = table.stack().rank().unstack().to_numpy()
    within = ranks.var(axis=1, ddof=1).mean()
    return 1 - within / ranks.var(ddof=1)


def seasonal_strength(monthly):
    """1 - Var(R) / Var(S + R) of a robust STL, and the mean season of each calendar month."""
    parts = STL(monthly.to_numpy(), period=12, seasonal=13, seasonal_deg=0, robust=True).fit()
    strength = 1 - np.var(parts.resid) / np.var(parts.seasonal + parts.resid)
    return strength, pd.Series(parts.seasonal).groupby(monthly.index.month).mean()


# --- the files ---------------------------------------------------------------------------

def test_generator_writes_the_committed_files_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, "-m", "tests.sample_company", "--out", tmp_path],
                   cwd=ROOT, check=True)
    written = {path.relative_to(tmp_path): path.read_bytes()
               for path in tmp_path.rglob("*") if path.is_file()}
    committed = {path.relative_to(SAMPLE): path.read_bytes() for path in SAMPLE.rglob("*")
                 if path.is_file() and "out" not in path.relative_to(SAMPLE).parts
                 and path.name != "account_view.json"}  # the disclosure's, tested there
    assert sorted(written) == sorted(committed)
    assert [path for path in written if written[path] != committed[path]] == []


def test_every_column_is_in_the_contract_and_every_required_one_is_filled(tables):
    for name, rows in tables.items():
        assert set(rows) <= set(TABLES[name].names), name
        assert set(TABLES[name].required) <= set(rows), name
        filled = set(TABLES[name].required) - {"account_id"} if name == "invoice_lines" \
            else set(TABLES[name].required)
        assert rows[sorted(filled)].notna().all(axis=None), name


def test_every_column_of_the_contract_is_shown_somewhere(tables):
    unused = {(name, column) for name, rows in tables.items()
              for column in set(TABLES[name].names) - set(rows)}
    assert unused == {("targets", "owner"), ("segment_overrides", "valid_from"),
                      ("benefits", "better")}


def test_values_are_of_the_kind_and_among_the_values_allowed(tables):
    patterns = {"month": r"\d{4}-\d{2}", "quarter": r"\d{4}Q[1-4]", "flag": "yes|no"}
    for name, rows in tables.items():
        for column in (column for column in TABLES[name].columns if column.name in rows):
            values = rows[column.name].dropna()
            if column.allowed:
                assert set(values) <= set(column.allowed), (name, column.name)
            if column.kind in patterns:
                assert values.str.fullmatch(patterns[column.kind]).all(), (name, column.name)
            if column.kind == "share":
                assert values.between(0, 1).all(), (name, column.name)


def test_keys_are_unique(tables):
    for name, rows in tables.items():
        if TABLES[name].key:
            assert not rows.duplicated(list(TABLES[name].key)).any(), name


@pytest.mark.parametrize(("table", "column", "other"), [
    ("invoice_lines", "account_id", "accounts"), ("invoice_lines", "product_id", "products"),
    ("accounts", "parent_id", "accounts"), ("contacts", "account_id", "accounts"),
    ("activities", "account_id", "accounts"), ("activities", "contact_id", "contacts"),
    ("services", "component_id", "plan_components"), ("services", "account_id", "accounts"),
    ("accounts", "plan_id", "plan_components"), ("benefits", "account_id", "accounts"),
    ("customer_costs", "account_id", "accounts"), ("commitments", "account_id", "accounts"),
    ("deals", "account_id", "accounts"), ("risks", "account_id", "accounts"),
    ("complaints", "account_id", "accounts"), ("objectives", "account_id", "accounts"),
    ("service_levels", "account_id", "accounts"), ("targets", "account_id", "accounts"),
    ("black_ops_scores", "account_id", "accounts"), ("market", "family", "products"),
    ("counter_measures", "account_id", "accounts"),
    ("segment_overrides", "account_id", "accounts"), ("deals", "family", "products"),
    ("objectives", "family", "products"), ("risks", "family", "products"),
    ("risks", "industry", "accounts"), ("risks", "country", "accounts"),
])
def test_foreign_keys_hold(tables, table, column, other):
    known = tables[other]["account_id" if column == "parent_id" else column]
    assert set(tables[table][column].dropna()) <= set(known)


def test_services_and_exchanges_belong_to_the_account_they_name(tables, accounts):
    exchanges = tables["activities"].merge(tables["contacts"], on="contact_id")
    assert (exchanges["account_id_x"] == exchanges["account_id_y"]).all()
    delivered = tables["services"].dropna(subset="component_id").merge(
        tables["plan_components"], on="component_id", validate="many_to_one")
    assert (delivered["account_id"].map(accounts["plan_id"]) == delivered["plan_id"]).all()


def test_credits_and_returns_refer_to_an_earlier_invoice_of_the_same_account(lines):
    after = lines[lines["kind"].isin(["credit", "return"])]
    assert (after["revenue"] < 0).all()
    assert set(after["kind"]) == {"credit", "return"}
    first = lines.groupby("invoice_id")[["invoice_date", "account_id"]].first()
    assert (after["reference_invoice_id"].map(first["account_id"]) == after["account_id"]).all()
    assert (after["reference_invoice_id"].map(first["invoice_date"]) < after["invoice_date"]).all()


def test_no_evidence_reference_is_used_twice(tables):
    references = pd.concat([tables[name]["evidence"]
                            for name in ("services", "benefits", "switching_costs")])
    assert references.notna().all()
    assert references.is_unique


def test_names_of_accounts_are_not_contained_in_each_other(accounts):
    names = list(accounts["name"])
    assert len(names) == 60
    assert [(a, b) for a in names for b in names if a != b and a in b] == []
    assert all(any(mark in name for name in names) for mark in "&',äöüŻ")


def test_texts_for_customers_name_no_other_account_and_no_competitor(tables, accounts):
    competitors = set(tables["competitor_signals"]["competitor"])
    assert len(competitors) == 3
    names = accounts["name"].str.split().str[0]
    texts = [(account_id, str(text))
             for name in ("benefits", "services", "commitments", "customer_costs")
             for column in ("name", "service_id", "text", "kind") if column in tables[name]
             for account_id, text in zip(tables[name]["account_id"], tables[name][column],
                                         strict=True)]
    texts += [(path.stem, path.read_text(encoding="utf-8"))
              for path in (SAMPLE / "commentary").glob("*.md")]
    for account_id, text in texts:
        others = competitors | set(names.drop(account_id)) | {"margin", "Marge"}
        assert not [other for other in others if re.search(rf"\b{re.escape(other)}\b", text)], text


def test_files_are_small_and_plain():
    for path in SAMPLE.glob("*.csv"):
        content = path.read_bytes()
        assert len(content) < 400_000, path.name
        assert b"\r" not in content, path.name
        assert not content.startswith(b"\xef\xbb\xbf"), path.name


def test_last_complete_quarter_is_followed_by_a_few_days_of_the_next(lines):
    assert lines["invoice_date"].min() < pd.Timestamp("2022-10-10")
    assert pd.Timestamp("2026-10-05") <= lines["invoice_date"].max() <= pd.Timestamp("2026-10-09")
    assert len(lines) <= 9000
    assert lines["quarter"].nunique() == 17


# --- stories: segmentation ---------------------------------------------------------------

@story("Size of the circle")
def test_circle_holds_most_of_the_business(lines, circle_now, expect):
    _, _, by_volume, by_margin = circle(lines, "2026Q4")
    by_rule = circle_now[["by_volume", "by_margin", "by_potential"]]
    assert circle_now.index[circle_now["by_potential"]].tolist() == [
        "A-014", "A-016", "A-019", "A-023"]
    green = [*circle_now.index[by_rule.any(axis="columns")], "A-035", "A-045"]
    everything = lines.loc[lines["quarter"].isin(LTM), "eur"].sum()
    bought = lines[lines["quarter"].isin(LTM) & lines["group"].isin(green)]["eur"].sum()
    accounts_n = lines.loc[lines["invoice_date"] <= QUARTER_END, "group"].nunique()
    expect("Size of the circle", [], f"{len(green)} of {accounts_n} accounts",
           f"{100 * bought / everything:.1f} % of {everything / 1e6:.1f} M EUR",
           f"{len(by_volume)} by volume", f"{len(by_margin)} by margin",
           f"{by_rule['by_potential'].sum()} by potential", f"{thousand(by_volume.min())} EUR",
           f"{thousand(by_margin.min())} EUR")


@story("Green by margin only")
def test_small_account_with_high_margin_is_green_by_margin_only(lines, circle_now, expect):
    volume, margin, by_volume, by_margin = circle(lines, "2026Q4")
    both = ["A-019", "A-016"]
    assert set(by_margin.index) - set(by_volume.index) == set(both)
    assert (volume[both] + circle_now.loc[both, "gain"] >= by_volume.min()).all()
    expect("Green by margin only", both, *map(thousand, volume[both]), thousand(margin["A-019"]),
           f"with {thousand(margin['A-016'])}", f"Together {thousand(volume[both].sum())}",
           f"{margin['A-019'] / volume['A-019']:.0%}".replace("%", " %"))


@story("Held though below the cuts")
def test_account_stays_until_it_is_far_below_for_two_quarters(lines, accounts, features,
                                                              circle_now, expect):
    size, industry, spend = features
    estimate = estimated(size.dropna(), industry, spend)
    quarters = [f"{year}Q{number}" for year in (2025, 2026) for number in (1, 2, 3, 4)]
    part = [reasons(lines, quarter, accounts, estimate).loc["A-045", "part_of_cut"]
            for quarter in quarters]
    assert part[0] >= 1 > part[-1]
    assert min(part) > 0.9
    mine = circle_now.loc["A-045"]
    expect("Held though below the cuts", ["A-045"], thousand(mine["volume"]),
           f"{thousand(mine['margin'])} EUR of margin", f"{thousand(mine['gain'])} EUR to be won",
           f"{part[-1]:.2f} of a cut")


@story("Borderline")
def test_six_accounts_could_as_well_be_in_the_other_segment(lines, circle_now, expect):
    share = times_green(lines, circle_now, np.random.default_rng(5), 3000)
    named = ["A-020", "A-025", "A-021", "A-045", "A-059", "A-044"]
    assert share[named].between(0.09, 0.91).all()  # the own draws scatter by 0.01
    others = share.drop(named)
    assert ((others < 0.09) | (others > 0.91)).all()
    green = [*circle_now.index[circle_now[["by_volume", "by_margin", "by_potential"]].any(axis=1)],
             "A-035", "A-045"]
    firm = (share[green] > 0.91).sum()
    expect("Borderline", named, f"these {len(named)}", f"{firm} of the {len(green)}")


def times_green(lines, circle_now, rng, runs):
    """Share of perturbed runs in which the rule takes an account: cuts, months and costs vary."""
    inside = lines[lines["quarter"].isin(LTM) & lines["group"].isin(circle_now.index)]
    month = inside["invoice_date"].dt.to_period("M")
    sums = {name: inside.groupby(["group", month])[name].sum().unstack(fill_value=0.0)
            for name in ("eur", "low", "high")}
    gain, times = circle_now["gain"], pd.Series(0, index=circle_now.index)
    for _ in range(runs):
        start = np.repeat(rng.integers(0, 12, 4), 3)
        counts = np.bincount((start + np.tile(range(3), 4)) % 12, minlength=12)
        weight = 1 + np.sqrt(12 / 9) * (counts - 1)  # blocks of three spread too little
        volume, low, high = (sums[name] @ weight for name in ("eur", "low", "high"))
        margin = low + (high - low) * rng.random(len(low))
        share = rng.uniform(0.75, 0.85)
        cut_volume, cut_margin = least_of_largest(volume, share), least_of_largest(margin, share)
        lifted = (volume + gain >= cut_volume) | (margin * (1 + gain / volume) >= cut_margin)
        times += (volume >= cut_volume) | (margin >= cut_margin) | (lifted & (margin >= 0))
    return times / runs


def least_of_largest(amounts, share):
    """The smallest amount of the smallest set that reaches the share of the positive total."""
    ranked = np.sort(amounts[amounts > 0])[::-1]
    return ranked[np.searchsorted(ranked.cumsum(), share * ranked.sum() * (1 - 1e-9))]


@story("Estimated wallets")
def test_estimated_wallets_err_less_than_the_quantile_of_the_peers(lines, accounts, features,
                                                                   circle_now, expect):
    size, industry, spend = features
    size, spend = size.dropna(), spend.clip(lower=0.0)
    stated, known = accounts["annual_wallet"].notna().sum(), circle_now["wallet"].notna().sum()
    part = np.random.default_rng(20).permutation(len(size)) % 5  # the parts of the method
    losses = np.zeros(2)
    for held_out in range(5):
        out, seen = size[part == held_out], size[part != held_out]
        guesses = estimated(seen, industry, spend, out), pd.DataFrame({
            account_id: spend.loc[alike if len(alike) >= PEERS else seen.index].quantile(0.85)
            for account_id, alike in ((name, peers(one, seen, PEERS))
                                      for name, one in out.items())}).T
        short = [spend.loc[out.index] - guess for guess in guesses]
        losses += [np.maximum(0.85 * one, -0.15 * one).to_numpy().sum() for one in short]
    accounts_n = lines.loc[lines["invoice_date"] <= QUARTER_END, "group"].nunique()
    expect("Estimated wallets", [], f"{known} of {accounts_n} accounts", f"{stated} stated",
           f"{known - stated} estimated", f"on {len(size)} accounts",
           f"{100 * (1 - losses[0] / losses[1]):.0f} % less")


@story("Loses money")
def test_large_account_loses_money(lines, expect):
    volume, _, by_volume, by_margin = circle(lines, "2026Q4")
    assert "A-008" in by_volume.index
    assert "A-008" not in by_margin.index
    high = sums(lines, LTM, "high")["A-008"]
    assert high < 0
    expect("Loses money", ["A-008"], thousand(volume["A-008"]), f"{thousand(high)} EUR")


@story("Green by potential only")
def test_small_account_with_large_wallet_reaches_the_cut(lines, accounts, expect):
    volume, margin, by_volume, by_margin = circle(lines, "2026Q4")
    assert below_every_cut(lines, "A-023", "2026Q4", 0.5)
    assert margin["A-023"] < by_margin.min()
    wallet = accounts.loc["A-023", "annual_wallet"]
    realizable = 0.30 * (wallet - volume["A-023"])
    assert volume["A-023"] + realizable > 1.5 * by_volume.min()
    expect("Green by potential only", ["A-023"], thousand(volume["A-023"]), thousand(wallet),
           thousand(realizable))


@story("Unknown costs decide")
def test_margin_range_lies_on_both_sides_of_the_cut(lines, accounts, expect):
    assert accounts.loc["A-025", ["employees", "annual_wallet"]].isna().all()
    volume, _, by_volume, by_margin = circle(lines, "2026Q4")
    low, high = (sums(lines, LTM, name)["A-025"] for name in ("low", "high"))
    assert volume["A-025"] < 0.9 * by_volume.min()
    assert low < 0.5 * by_margin.min() < by_margin.min() < high
    expect("Unknown costs decide", ["A-025"], thousand(volume["A-025"]), thousand(low),
           thousand(high), thousand(by_margin.min()))


@story("Leaves the circle")
def test_account_leaves_after_two_quarters_far_below(lines, accounts, expect):
    assert not below_every_cut(lines, "A-021", "2026Q1")
    assert not below_every_cut(lines, "A-021", "2026Q2", 0.9)
    assert below_every_cut(lines, "A-021", "2026Q3", 0.9)
    assert below_every_cut(lines, "A-021", "2026Q4", 0.9)
    values = [sums(lines, last_four(quarter))["A-021"]
              for quarter in ("2026Q2", "2026Q3", "2026Q4")]
    assert accounts.loc["A-021", "annual_wallet"] < 1.05 * values[1]
    expect("Leaves the circle", ["A-021"], *map(thousand, values))


@story("Enters the circle")
def test_account_enters_with_the_last_quarter(lines, accounts, expect):
    quarters = [f"2025Q{number}" for number in (1, 2, 3, 4)] + LTM[:3]
    assert all(below_every_cut(lines, "A-020", quarter, 0.9) for quarter in quarters)
    _, _, by_volume, _ = circle(lines, "2026Q4")
    assert "A-020" in by_volume.index
    before, now = (sums(lines, last_four(quarter))["A-020"] for quarter in ("2026Q3", "2026Q4"))
    wallet = accounts.loc["A-020", "annual_wallet"]
    assert before + 0.3 * (wallet - before) < circle(lines, "2026Q3")[2].min()
    expect("Enters the circle", ["A-020"], thousand(before), thousand(now))


@story("New and provisional")
def test_new_account_has_less_than_two_quarters_of_history(lines, expect):
    rows = of(lines, "A-022")
    first = rows["invoice_date"].min()
    days = (QUARTER_END - first).days
    assert days < 91
    assert set(rows["quarter"]) <= {"2026Q4", "2027Q1"}
    revenue = rows.loc[rows["quarter"].isin(LTM), "eur"].sum()
    annualized = revenue * 12 / (QUARTER_END.month - first.month + 1)
    assert revenue < circle(lines, "2026Q4")[2].min() < annualized
    expect("New and provisional", ["A-022"], f"{first:%Y-%m-%d}", f"{days} days",
           thousand(revenue), thousand(annualized))


@story("Lost and dormant")
def test_lost_account_has_no_line_in_the_last_twelve_months(lines, expect):
    rows = of(lines, "A-024")
    assert rows["invoice_date"].max() < pd.Timestamp("2025-10-01")
    expect("Lost and dormant", ["A-024"], f"{rows['invoice_date'].max():%Y-%m-%d}",
           thousand(rows.loc[rows["quarter"].isin(LTM_BEFORE), "eur"].sum()))


@story("Green as a group")
def test_three_accounts_are_green_only_together(lines, accounts, expect):
    parts = sums(lines, LTM, by="account_id")[["A-030", "A-031", "A-032"]]
    _, _, by_volume, _ = circle(lines, "2026Q4")
    assert "A-030" in by_volume.index
    assert parts.max() < 0.5 * by_volume.min()
    assert list(accounts.index[accounts["parent_id"] == "A-030"]) == ["A-031", "A-032"]
    expect("Green as a group", ["A-030", "A-031", "A-032"], thousand(parts.sum()),
           *map(thousand, parts))


@story("Overrides")
def test_one_override_holds_and_one_has_expired(tables, lines, expect):
    expires = tables["segment_overrides"].set_index("account_id")["expires"]
    assert expires["A-035"] > QUARTER_END > expires["A-038"]
    assert all(below_every_cut(lines, account_id, "2026Q4", 0.5) for account_id in expires.index)
    expect("Overrides", ["A-035", "A-038"], *(f"{day:%Y-%m-%d}" for day in expires))


# --- stories: growth ---------------------------------------------------------------------

def change(lines, account_id, now=LTM, before=LTM_BEFORE, column="eur"):
    """Amounts before and now, and the change as a share."""
    amounts = [sums(lines, quarters, column)[account_id] for quarters in (before, now)]
    return (*amounts, amounts[1] / amounts[0] - 1)


@story("Grows fastest")
def test_fastest_grower_leads_by_money_and_by_rate(lines, expect):
    _, _, by_volume, by_margin = circle(lines, "2026Q4")
    green = by_volume.index.union(by_margin.index)
    now, before = sums(lines, LTM)[green], sums(lines, LTM_BEFORE)[green]
    assert (now - before).idxmax() == "A-005"
    assert (2 * (now - before) / (now + before)).idxmax() == "A-005"
    quarter = sums(lines, ["2026Q4"])[green] - sums(lines, ["2025Q4"])[green]
    assert quarter.idxmax() == "A-005"
    old, new, rate = change(lines, "A-005")
    expect("Grows fastest", ["A-005"], thousand(old), thousand(new), percent(rate),
           f"+{thousand(new - old)}")


@story("Shrinks by a lost product")
def test_large_account_shrinks_because_of_one_product(lines, expect):
    rows = of(lines, "A-003")
    product = rows[rows["product_id"] == "D-600"]
    lost = product.loc[product["quarter"].isin(LTM_BEFORE), "eur"].sum()
    assert not product["quarter"].isin(LTM).any()
    old, new, rate = change(lines, "A-003")
    assert lost > 0.9 * (old - new)
    expect("Shrinks by a lost product", ["A-003"], thousand(old), thousand(new), percent(rate),
           thousand(new - old), "D-600", thousand(lost))


@story("Grows by price only")
@pytest.mark.parametrize(("now", "before"), [(LTM, LTM_BEFORE), (["2026Q4"], ["2025Q4"])])
def test_price_only_grower_buys_less_and_pays_more(lines, expect, now, before):
    rows = of(lines, "A-017")
    rows = rows[rows["kind"] == "invoice"]
    old, new = (rows[rows["quarter"].isin(quarters)]
                .groupby("product_id")[["quantity", "eur"]].sum() for quarters in (before, now))
    both = old.merge(new, on="product_id", suffixes=("_old", "_new"), validate="one_to_one")
    assert sorted(old.index) == sorted(new.index)
    price = (both["eur_old"] / both["quantity_old"] + both["eur_new"] / both["quantity_new"]) / 2
    by_quantity = (price * (both["quantity_new"] - both["quantity_old"])).sum()
    assert by_quantity < 0
    amounts = change(lines, "A-017", now, before)
    assert amounts[1] > amounts[0]
    if now == LTM:
        expect("Grows by price only", ["A-017"], thousand(amounts[0]), thousand(amounts[1]),
               percent(amounts[2]), thousand(amounts[1] - amounts[0]),
               f"{thousand(by_quantity)} EUR")


@story("Two currencies")
def test_one_account_is_invoiced_in_two_currencies(lines, accounts, expect):
    now = lines[lines["quarter"].isin(LTM) & lines["account_id"].notna()]
    two = now.groupby("account_id")["currency"].nunique()
    assert list(two.index[two > 1]) == ["A-026"]
    rows = of(now, "A-026")
    assert accounts.loc["A-026", "currency"] == "EUR"
    for quarter in ("2025Q4", "2026Q4"):  # in the quarter and the one compared with it
        assert set(of(lines[lines["quarter"] == quarter], "A-026")["currency"]) == {"EUR", "USD"}
    each = rows.groupby("currency")["revenue"].sum()
    invoices = rows[rows["kind"] == "invoice"].groupby("currency")["invoice_id"].nunique()
    expect("Two currencies", ["A-026"], f"{invoices['USD']} of its {invoices.sum()} invoices",
           f"{each['USD']:,.2f} USD", f"{each['EUR']:,.2f} EUR",
           f"{thousand(rows['eur'].sum())} EUR")


@story("Grows by exchange rate only")
def test_dollar_account_grows_in_euro_only(lines, expect):
    euro = change(lines, "A-013")
    dollar = change(lines, "A-013", column="revenue")
    assert euro[2] > 0.02 > 0 > dollar[2]
    quarter = change(lines, "A-013", ["2026Q4"], ["2025Q4"])
    assert quarter[2] > 0 > change(lines, "A-013", ["2026Q4"], ["2025Q4"], "revenue")[2]
    expect("Grows by exchange rate only", ["A-013"], percent(euro[2]), percent(dollar[2]),
           *map(thousand, dollar[:2]))


@story("Silent against its rhythm")
def test_silent_account_breaks_its_own_rhythm(lines, expect):
    rows = lines[(lines["kind"] == "invoice") & (lines["invoice_date"] <= QUARTER_END)]
    gaps = {account_id: pd.Series(sorted(set(days))).diff().dt.days.dropna()
            for account_id, days in rows.groupby("account_id")["invoice_date"]}
    last = rows.groupby("account_id")["invoice_date"].max()
    silence = (QUARTER_END - last["A-009"]).days
    usual = gaps["A-009"].quantile(0.95)
    assert silence > 2 * usual
    _, _, by_volume, _ = circle(lines, "2026Q4")
    for account_id in by_volume.index.drop(["A-009"]):
        quiet = (QUARTER_END - last[account_id]).days
        assert quiet <= 1.5 * gaps[account_id].quantile(0.95), account_id
    expect("Silent against its rhythm", ["A-009"], f"{last['A-009']:%Y-%m-%d}", f"{silence} days",
           f"{usual:.0f} days")


@story("Heavy returns")
def test_one_account_returns_far_more_than_the_others(lines, expect):
    _, _, by_volume, _ = circle(lines, "2026Q4")
    rows = lines[lines["quarter"].isin(LTM) & lines["group"].isin(by_volume.index)]
    returned = -rows[rows["kind"] == "return"].groupby("account_id")["eur"].sum()
    taken = -rows[rows["eur"] < 0].groupby("account_id")["eur"].sum()
    sold = rows[rows["eur"] > 0].groupby("account_id")["eur"].sum()
    part = (taken / sold).dropna()
    assert (returned / sold).idxmax() == part.idxmax() == "A-011"
    assert part.nlargest(2).iloc[1] < 0.5 * part["A-011"]
    expect("Heavy returns", ["A-011"], thousand(returned["A-011"]), thousand(taken["A-011"]),
           f"{100 * part['A-011']:.1f} %")


@story("Kept of a year ago")
def test_retention_is_measured_at_the_rates_of_a_year_before(tables, lines, expect):
    rates = tables["exchange_rates"].set_index("month")["rate"]
    year_before = (lines["invoice_date"] - pd.DateOffset(years=1)).dt.strftime("%Y-%m").map(rates)
    rate = year_before.where(lines["currency"] == "USD", 1.0)
    now = sums(lines.assign(then=lines["revenue"] * rate), LTM, "then")
    before = sums(lines, LTM_BEFORE)
    change = now.reindex(before.index, fill_value=0.0) - before
    gone = list(before.index.difference(now.index))
    less = change[(change < 0) & ~change.index.isin(gone)]
    gross = 1 + change.clip(upper=0).sum() / before.sum()
    expect("Kept of a year ago", gone, f"{len(before)} accounts", thousand(before.sum()),
           f"{100 * (1 + change.sum() / before.sum()):.1f} % of it was kept net",
           f"{100 * gross:.1f} % gross",
           f"{(change > 0).sum()} bought {thousand(change.clip(lower=0).sum())}",
           f"{len(less)} bought {thousand(-less.sum())}", f"one, {thousand(before[gone].sum())}")


@story("Free lines")
def test_one_account_gets_goods_for_nothing(lines, expect):
    rows = lines[lines["quarter"].isin(LTM) & (lines["kind"] == "free")]
    assert (rows["revenue"] == 0).all()
    assert (rows["list_value"] > 0).all()
    assert (rows["cost"].dropna() > 0).all()
    counts = rows["account_id"].value_counts()
    assert counts.idxmax() == "A-018"
    mine = of(rows, "A-018")
    expect("Free lines", ["A-018"], f"{len(mine)} free lines",
           f"{thousand(mine['list_value'].sum())} EUR", f"{thousand(mine['eur_cost'].sum())} EUR")


@story("Counter sales")
def test_counter_sales_belong_to_no_account(lines, expect):
    rows = lines[lines["account_id"].isna()]
    assert (rows["invoice_id"].str.startswith("CS-")).all()
    year = rows[rows["quarter"].isin(LTM)]
    expect("Counter sales", [], f"{len(rows)} lines", f"{rows['revenue'].sum():,.2f} EUR",
           f"{year['revenue'].sum():,.2f} EUR")


@story("Follows an index")
def test_account_buys_along_the_construction_index_a_quarter_later(tables, lines, expect):
    rows = tables["indicators"]
    rows = rows[rows["indicator"] == "construction orders index"]
    quarter = pd.to_datetime(rows["month"]).dt.to_period("Q-SEP")
    index = rows["value"].groupby(quarter).mean()
    mine = of(lines, "A-026")
    mine = mine[mine["invoice_date"] <= QUARTER_END]
    bought = mine["eur"].groupby(mine["invoice_date"].dt.to_period("Q-SEP")).sum()
    ranks = pd.DataFrame({"index": index.shift(1), "bought": bought}).dropna().rank()
    rho = ranks["index"].corr(ranks["bought"])
    assert len(ranks) == 16
    assert rho > 0.85
    expect("Follows an index", ["A-026"], f"{rho:.2f}")


@story("Two seasons")
def test_two_families_are_seasonal_and_no_other(lines, expect):
    complete = lines[lines["invoice_date"] <= QUARTER_END]
    monthly = complete.groupby([complete["invoice_date"].dt.to_period("M"), "family"])["eur"].sum()
    monthly = monthly.unstack(fill_value=0.0)
    found = {family: seasonal_strength(monthly[family]) for family in monthly}
    strength = pd.Series({family: one for family, (one, _) in found.items()})
    assert set(strength[strength >= 0.6].index) == {"Cooling", "Service parts"}
    assert strength.drop(["Cooling", "Service parts"]).max() < 0.5
    peak = {family: set(season.index[season >= season.max() / 2])
            for family, (_, season) in found.items()}
    assert peak["Cooling"] == {5, 6}
    assert peak["Service parts"] == {11, 12, 1}
    expect("Two seasons", [], *(f"{name} {strength[name]:.2f}"
                                for name in ("Cooling", "Service parts")))


@story("White space")
def test_shipyard_buys_no_lubricants_though_its_peers_do(features, expect):
    size, _, spend = features
    size = size.dropna()
    alike = peers(size["A-006"], size, PEERS + 1).drop("A-006")
    bought = spend.loc[alike, "Lubricants"]
    bought = bought[bought > 0]
    assert spend.loc["A-006", "Lubricants"] <= 0
    assert len(bought) >= len(alike) / 2
    expect("White space", ["A-006"], f"{len(bought)} of the {len(alike)}",
           f"{thousand(bought.median())} EUR")


@story("One territory misses")
def test_south_alone_misses_its_target(tables, lines, accounts, expect):
    targets = tables["targets"].dropna(subset="territory")
    targets = targets[targets["quarter"] == "2026Q4"].set_index("territory")["revenue"]
    reached = sums(lines.assign(group=lines["account_id"].map(accounts["territory"])), ["2026Q4"])
    short = reached - targets
    assert list(short.index[short < 0]) == ["South"]
    loss = sums(lines, ["2025Q4"]) - sums(lines, ["2026Q4"])
    assert loss[["A-003", "A-009", "A-021"]].sum() > 0.8 * -short["South"]
    expect("One territory misses", [], thousand(reached["South"]), thousand(targets["South"]),
           thousand(-short["South"]))


@story("Missing costs")
def test_missing_costs_gather_in_one_family(lines, expect):
    missing = lines[lines["cost"].isna()]
    part = (missing["family"] == "Pneumatics").mean()
    assert 0.01 < len(missing) / len(lines) < 0.05
    assert part > 0.6
    expect("Missing costs", [], f"{len(missing)} lines",
           f"{100 * len(missing) / len(lines):.1f} %", f"{100 * part:.0f} %", "Pneumatics")


# --- stories: contacts -------------------------------------------------------------------

@story("One contact only")
def test_big_account_hangs_on_one_person(tables, lines, expect):
    assert len(persons(tables, "A-004")) == 1
    on_file = of(tables["contacts"], "A-004")
    assert on_file["email"].str.startswith("info@").sum() == 1
    assert (on_file["active"] == "no").sum() == 1
    expect("One contact only", ["A-004"], thousand(sums(lines, LTM)["A-004"]),
           f"{len(on_file)} entries")


@story("Twelve and more contacts")
def test_rich_account_has_twelve_contacts_or_more(tables, expect):
    assert len(persons(tables, "A-001")) >= 12
    expect("Twelve and more contacts", ["A-001"], f"{len(persons(tables, 'A-001'))} contacts")


@story("Roles missing")
def test_gatekeeper_and_influencer_are_missing_at_two_accounts(tables, expect):
    for account_id, role in (("A-010", "gatekeeper"), ("A-002", "influencer")):
        people = persons(tables, account_id)
        assert role not in roles(people)
        assert len(people) >= 4
    expect("Roles missing", ["A-010", "A-002"], "gatekeeper", "influencer")


@story("Overdue contact")
def test_five_accounts_of_the_circle_are_overdue(tables, circle_now, expect):
    green = circle_now.index[circle_now[["by_volume", "by_margin", "by_potential"]].any(axis=1)]
    days = pd.Series({account_id: days_since_talk(tables, account_id)
                      for account_id in [*green, "A-035", "A-045"]})
    overdue = days[days > 30].sort_values(ascending=False)
    expect("Overdue contact", list(overdue.index), *(f"{one} days" for one in overdue))


@story("One of ours holds all contact")
def test_one_of_ours_holds_every_contact(tables, lines, accounts, expect):
    ours = two_way(tables, "A-015")["owner"].unique()
    assert list(ours) == [accounts.loc["A-015", "owner"]]
    assert two_way(tables, "A-014")["owner"].nunique() == 3
    expect("One of ours holds all contact", ["A-015"], ours[0],
           thousand(sums(lines, LTM)["A-015"]))


@story("One person listed twice")
def test_one_person_is_listed_twice(tables, expect):
    rows = of(tables["contacts"], "A-019")
    assert len(rows) == 4
    assert rows["email"].nunique() == 3
    assert len(persons(tables, "A-019")) == 3
    duplicated = tables["contacts"].loc[tables["contacts"]["email"].duplicated(), "account_id"]
    assert list(duplicated) == ["A-019"]
    expect("One person listed twice", ["A-019"], "4 entries", "3 persons")


@story("Not persons, or gone")
def test_shared_mailboxes_and_people_who_left_are_on_file(tables, expect):
    rows = tables["contacts"]
    shared = rows.loc[rows["email"].str.startswith("info@"), "account_id"]
    gone = rows.loc[rows["active"] == "no", "account_id"]
    assert len(shared) == len(gone)
    expect("Not persons, or gone", [*shared, *gone], f"{len(shared)} of each")


@story("Do not contact")
def test_one_account_must_not_be_contacted(tables, accounts, expect):
    assert list(accounts.index[accounts["do_not_contact"] == "yes"]) == ["A-047"]
    assert of(tables["activities"], "A-047").empty
    expect("Do not contact", ["A-047"])


# --- stories: value ----------------------------------------------------------------------

@story("No confirmed value")
def test_benefits_without_any_confirmation(tables, expect):
    rows = of(tables["benefits"], "A-014")
    assert len(rows) > 0
    assert "confirmed" not in set(rows["class"])
    assert rows["confirmed_by"].isna().all()
    product, _, _ = value_received(tables, "A-014")
    expect("No confirmed value", ["A-014"], thousand(product))


@story("Negative ROI")
def test_one_account_gets_less_than_it_pays(tables, lines, expect):
    accounts = tables["benefits"]["account_id"].unique()
    returns = pd.Series({account_id: roi(tables, lines, account_id) for account_id in accounts})
    assert list(returns.index[returns < 0]) == ["A-016"]
    expect("Negative ROI", ["A-016"], f"{len(returns)} accounts", f"{returns['A-016']:.2f}")


@story("Value well documented")
def test_largest_account_gets_more_than_it_pays(tables, lines, expect):
    product, extra, free = value_received(tables, "A-001")
    assert min(extra, free) > 0
    expect("Value well documented", ["A-001"], f"+{roi(tables, lines, 'A-001'):.2f}",
           thousand(product), f"{extra:,.0f} EUR", f"{free:,.0f} EUR")


@story("Negative benefit")
def test_one_benefit_turned_negative(tables, expect):
    rows = tables["benefits"]
    amount = (rows["actual"] - rows["baseline"]) * rows["unit_value"]
    negative = rows[amount < 0]
    assert list(negative["account_id"]) == ["A-010"]
    expect("Negative benefit", ["A-010"], negative["quarter"].iloc[0],
           f"{amount[negative.index[0]]:,.0f} EUR")


@story("Stale unit value")
def test_one_unit_value_is_older_than_twelve_months(tables, expect):
    rows = tables["benefits"]
    rows = rows[(rows["quarter"] == "2026Q4") & (rows["class"] == "confirmed")]
    stale = rows[rows["confirmed_on"] < QUARTER_END - pd.DateOffset(months=12)]
    assert set(stale["account_id"]) == {"A-006"}
    expect("Stale unit value", ["A-006"], f"{stale['confirmed_on'].iloc[0]:%Y-%m-%d}")


@story("Soft benefits")
def test_soft_benefits_stay_out_of_the_return(tables, expect):
    soft = tables["benefits"][tables["benefits"]["class"] == "soft"]
    soft = soft[soft["quarter"].isin(LTM)]
    expect("Soft benefits", sorted(soft["account_id"].unique()), f"{len(soft)} rows")


@story("Still in the plan")
def test_plan_components_nobody_called_for(tables, accounts, expect):
    plan = tables["plan_components"]
    plan = plan[plan["plan_id"] == accounts.loc["A-007", "plan_id"]].set_index("component_id")
    used = of(tables["services"], "A-007")
    used = used[used["date"].between("2025-10-01", "2026-09-30")]
    used = used.groupby("component_id")["quantity"].sum().reindex(plan.index, fill_value=0)
    left = plan["included_quantity"] - used
    assert (left >= 0).all()
    unused = plan.index[left == plan["included_quantity"]]
    assert list(plan.loc[unused, "plan_only"]) == ["yes", "yes"]
    worth = (left * plan["unit_list_value"])[unused].sum()
    expect("Still in the plan", ["A-007"], *plan.loc[unused, "name"], f"{worth:,.0f} EUR")


@story("Bought elsewhere")
def test_what_would_have_to_be_bought_elsewhere_counts_a_third_of_what_is_paid_once(
        tables, expect):
    _, extra, plan = value_received(tables, "A-001")
    costs = of(tables["switching_costs"], "A-001").set_index(["kind", "class"])["amount"]
    rebate, once = costs["rebate", "confirmed"], costs["one_off", "confirmed"]
    yearly = once / 3  # spread over three years
    assert yearly == 9100
    expect("Bought elsewhere", ["A-001"], *(f"{amount:,.0f} EUR" for amount in (
        extra, plan, rebate, once, yearly, extra + plan + rebate + yearly,
        costs["one_off", "estimated"])))


@story("Free elsewhere")
def test_component_that_others_give_free_is_used_by_two_accounts(tables, accounts, expect):
    free = tables["plan_components"].query("free_elsewhere == 'yes'")
    assert len(free) == 1
    assert (free["plan_only"] == "yes").all()
    used = tables["services"].merge(free, on="component_id", suffixes=("", "_listed"))
    used = used[used["date"].between("2025-10-01", "2026-09-30")]
    worth = (used["unit_list_value"] * used["quantity"]).groupby(used["account_id"]).sum()
    assert set(worth) == {6270}
    assert (accounts.loc[worth.index, "plan_id"] == free["plan_id"].iloc[0]).all()
    expect("Free elsewhere", sorted(worth.index), free["name"].iloc[0], "6,270 USD")


def test_confirmed_switching_costs_say_who_confirmed_them(tables):
    costs = tables["switching_costs"]
    assert set(costs["kind"]) == {"rebate", "one_off"}
    assert set(costs["class"]) == {"confirmed", "estimated"}
    confirmed = costs["class"] == "confirmed"
    for column in ("confirmed_by", "confirmed_on"):
        assert (costs[column].notna() == confirmed).all()
    names = tables["contacts"].groupby("account_id")["name"].agg(set)
    assert all(row["confirmed_by"] in names[row["account_id"]]
               for _, row in costs[confirmed].iterrows())


def test_no_account_got_more_of_a_component_than_its_plan_includes(tables):
    rows = tables["services"].dropna(subset="component_id")
    year = rows["date"].dt.to_period("Y-SEP")
    used = rows.groupby(["account_id", "component_id", year])["quantity"].sum().reset_index()
    included = tables["plan_components"].set_index("component_id")["included_quantity"]
    assert (used["quantity"] <= used["component_id"].map(included)).all()


def test_extra_services_are_charged_below_list(tables):
    extra = tables["services"].dropna(subset="service_id")
    assert (extra["charged"] < extra["unit_list_value"] * extra["quantity"]).all()


# --- stories: promises and service -------------------------------------------------------

def outcomes(tables, account_id, side, review="2026Q3"):
    rows = of(tables["commitments"], account_id)
    return list(rows.loc[(rows["side"] == side) & (rows["review_quarter"] == review), "status"])


@story("All promises missed")
def test_every_promise_of_ours_was_missed(tables, expect):
    everyone = tables["commitments"]["account_id"].unique()
    all_missed = [account_id for account_id in everyone
                  if set(outcomes(tables, account_id, "ours")) == {"missed"}]
    assert all_missed == ["A-012"]
    expect("All promises missed", ["A-012"], f"{len(outcomes(tables, 'A-012', 'ours'))} of 3")


@story("All promises kept")
def test_every_promise_of_both_sides_was_kept(tables, expect):
    both = outcomes(tables, "A-001", "ours") + outcomes(tables, "A-001", "theirs")
    assert set(both) == {"kept"}
    expect("All promises kept", ["A-001"], f"{len(both)} of {len(both)}")


@story("Reasons told")
def test_promises_not_kept_say_why_but_for_one(tables, accounts, expect):
    rows = tables["commitments"]
    failed = rows["status"].isin(["missed", "dropped"])
    assert not rows.loc[~failed, "reason"].notna().any()
    told = rows[failed]
    assert set(told["review_quarter"]) == {"2026Q3"}
    assert set(told.loc[told["reason"].isna(), "account_id"]) == {"A-017"}
    german = told["reason"].str.contains(r"\b(?:aus|fiel|gilt|keinen|wir|wurde)\b").fillna(False)
    spoken = told["account_id"].map(accounts["language"])
    assert (german == (spoken == "de"))[told["reason"].notna()].all()
    expect("Reasons told", sorted(told["account_id"].unique()), f"{len(told)} promises",
           f"{told['reason'].notna().sum()} say why")


@story("Overdue promise")
def test_open_promises_of_ours_past_their_date(tables, expect):
    rows = tables["commitments"]
    late = rows[(rows["status"] == "open") & (rows["due"] <= QUARTER_END)
                & (rows["side"] == "ours")]
    assert list(late["account_id"]) == ["A-005", "A-006"]
    expect("Overdue promise", ["A-005", "A-006"], *(f"{day:%Y-%m-%d}" for day in late["due"]))


@story("New promises")
def test_promises_of_the_running_review_are_due_after_it(tables, expect):
    rows = tables["commitments"]
    new = rows[rows["review_quarter"] == "2026Q4"]
    assert (new["due"] > QUARTER_END).all()
    assert set(new["status"]) == {"open"}
    assert set(rows["status"]) == {"open", "kept", "missed", "dropped"}
    assert set(new["side"]) == {"ours", "theirs"}
    expect("New promises", sorted(new["account_id"].unique()), f"{len(new)} promises")


@story("Deliveries late")
def test_deliveries_are_late_at_three_accounts_all_year(tables, expect):
    rows = tables["service_levels"]
    rows = rows[rows["quarter"].isin(LTM) & rows["measure"].isin(
        ["Liefertermintreue", "Deliveries on time"])]
    missed = (rows["delivered"] < rows["promised"]).groupby(rows["account_id"]).sum()
    late = list(missed.index[missed == 4])
    assert late == ["A-003", "A-009", "A-012"]
    means = rows.groupby("account_id")["delivered"].mean()
    expect("Deliveries late", late, *(f"{means[account_id]:.1f} %" for account_id in late))


@story("Fitter too late")
def test_one_account_waits_too_long_for_a_fitter(tables, expect):
    rows = tables["service_levels"]
    rows = rows[(rows["better"] == "less") & rows["quarter"].isin(LTM)]
    late = (rows["delivered"] > rows["promised"]).groupby(rows["account_id"]).sum()
    assert late[late > 0].to_dict() == {"A-012": 4}
    waited = of(rows, "A-012").sort_values("quarter")["delivered"]
    assert set(rows["promised"]) == {8}
    expect("Fitter too late", ["A-012"], "within 8 hours",
           "{:.1f}, {:.1f}, {:.1f} and {:.1f} hours".format(*waited), f"other {len(late) - 1}")


@story("Misses with a remark")
def test_levels_missed_in_the_quarter_say_why_at_most_accounts(tables, expect):
    rows = tables["service_levels"]
    more = rows["better"].fillna("more") == "more"
    short = rows["promised"] - rows["delivered"]
    missed = short.where(more, -short) > 0
    now = rows[missed & (rows["quarter"] == "2026Q4")]
    said = rows[rows["remark"].notna()]
    assert set(said.index) < set(now.index)
    assert rows["unit"].notna().all()
    expect("Misses with a remark", sorted(said["account_id"].unique()),
           f"{len(now)} levels", f"{len(said)} of them")


@story("Open complaints")
def test_three_complaints_are_open(tables, expect):
    rows = tables["complaints"]
    still = rows[rows["status"] == "open"]
    assert (still["date"] <= QUARTER_END).all()
    assert rows["subject"].str.contains("<").any()
    expect("Open complaints", sorted(still["account_id"]), f"{len(rows)} complaints",
           *(f"{day:%Y-%m-%d}" for day in still["date"]))


@story("Contract ends")
def test_one_contract_ends_within_180_days(accounts, expect):
    ends = pd.to_datetime(accounts["contract_end"])
    soon = ends[ends.between(QUARTER_END, QUARTER_END + pd.Timedelta(days=180))]
    assert list(soon.index) == ["A-007"]
    days = (soon["A-007"] - QUARTER_END).days
    expect("Contract ends", ["A-007"], f"{soon['A-007']:%Y-%m-%d}", f"{days} days")


@story("Top family without objective")
def test_two_accounts_have_no_objective_for_their_top_family(tables, lines, expect):
    spend = lines[lines["quarter"].isin(LTM)].groupby(["group", "family"])["eur"].sum()
    _, _, by_volume, _ = circle(lines, "2026Q4")
    rows = tables["objectives"]
    planned = set(zip(rows["account_id"], rows["family"], strict=True))
    without = [account_id for account_id in sorted(by_volume.index)
               if account_id not in set(rows["account_id"])]
    assert without == ["A-004", "A-011"]
    assert ("A-005", spend["A-005"].idxmax()) in planned
    expect("Top family without objective", without, spend["A-004"].idxmax(),
           spend["A-011"].idxmax())


# --- stories: threats, black ops, risks --------------------------------------------------

def decided(tables, year):
    rows = tables["deals"]
    quarter = rows["close_date"].dt.to_period("Q-SEP").astype(str)
    return rows[quarter.str.startswith(year) & rows["outcome"].isin(["won", "lost"])]


def wilson(hits, total, z=1.96):
    middle = (hits + z * z / 2) / (total + z * z)
    half = z / (total + z * z) * np.sqrt(hits * (total - hits) / total + z * z / 4)
    return middle - half, middle + half


@story("Grows at our expense")
def test_one_competitor_grows_at_our_expense_in_south(tables, lines, accounts, expect):
    shares, losses = [], []
    for year in ("2025", "2026"):
        rows = decided(tables, year)
        rows = rows[rows["territory"] == "South"]
        named = rows[rows["competitor"] == "Vantoric"]
        shares.append((len(named), len(rows)))
        losses.append(named.loc[named["outcome"] == "lost", "amount"])
    (hits_0, total_0), (hits_1, total_1) = shares
    (_, high_0), (low_1, _) = wilson(hits_0, total_0), wilson(hits_1, total_1)
    step = hits_1 / total_1 - hits_0 / total_0
    newcombe = np.hypot(hits_1 / total_1 - low_1, high_0 - hits_0 / total_0)
    assert step - newcombe > 0
    south = lines[lines["account_id"].map(accounts["territory"]) == "South"]
    for family in ("Drives", "Bearings"):
        rows = south[south["family"] == family]
        assert sums(rows, LTM).sum() < 0.95 * sums(rows, LTM_BEFORE).sum()
    market = tables["market"]
    market = market[market["territory"] == "South"].groupby("quarter")["size"].sum()
    assert market[LTM].sum() > market[LTM_BEFORE].sum()
    ours = sums(south, LTM).sum() / sums(south, LTM_BEFORE).sum() - 1
    expect("Grows at our expense", [], "Vantoric", f"{hits_0} of {total_0}",
           f"{hits_1} of {total_1}", f"{len(losses[1])} lost", thousand(losses[1].sum()),
           percent(ours), percent(market[LTM].sum() / market[LTM_BEFORE].sum() - 1))


@story("Harmless competitor")
def test_one_competitor_is_met_as_often_and_beaten(tables, expect):
    named = {year: decided(tables, year).query("competitor == 'Brakkmann'")
             for year in ("2025", "2026")}
    met = {year: len(rows) for year, rows in named.items()}
    won = (named["2026"]["outcome"] == "won").sum()
    assert abs(met["2026"] - met["2025"]) <= 1
    assert won / met["2026"] > 0.7
    expect("Harmless competitor", [], "Brakkmann", str(met["2025"]), f"{won} of {met['2026']}")


@story("Cannot tell")
def test_one_competitor_was_met_too_seldom(tables, expect):
    rows = pd.concat([decided(tables, "2025"), decided(tables, "2026")])
    met = (rows["competitor"] == "Ostrelia").sum()
    assert met < 5
    expect("Cannot tell", [], "Ostrelia", f"{met} decided deals")


@story("Deals in all")
def test_deals_hold_every_outcome(tables, expect):
    deals = tables["deals"]
    counts = deals["outcome"].value_counts()
    assert 130 <= len(deals) <= 180
    assert deals.loc[deals["outcome"] == "open", "close_date"].isna().all()
    assert deals.loc[deals["outcome"] != "open", "close_date"].notna().all()
    unknown = (deals["competitor"].isna() | (deals["competitor"] == "unknown")).sum()
    expect("Deals in all", [], f"{len(deals)} deals", f"{counts['won']} won",
           f"{counts['lost']} lost", f"{counts['no_decision']} without decision",
           f"{counts['open']} open", f"{unknown} without a known competitor")


@story("Session that agrees")
def test_first_session_agrees(tables, expect):
    value = alpha(scores(tables, "2026-03-18"))
    assert value > 0.8
    expect("Session that agrees", ["A-003", "A-007", "A-009", "A-012"], f"{value:.2f}")


@story("Session that disagrees")
def test_second_session_disagrees(tables, expect):
    value = alpha(scores(tables, "2026-09-15"))
    assert value < 0.667
    expect("Session that disagrees", ["A-001", "A-003", "A-004", "A-017"], f"{value:.2f}")
    rows = tables["black_ops_scores"]
    for _, session in rows.groupby("session_date"):
        assert session["rater"].nunique() >= 5
        assert session["department"].nunique() >= 2
        assert set(session["round"]) == {1, 2}


@story("Blind spot")
def test_sales_sees_no_danger_where_all_others_do(tables, expect):
    rows = tables["black_ops_scores"]
    rows = rows[(rows["session_date"] == "2026-09-15") & (rows["account_id"] == "A-004")
                & (rows["dimension"] == "relationship")]
    sales = rows["department"] == "Sales"
    best = rows["probability_best"]
    high, low = best[sales].max(), best[~sales].min()
    assert high <= 0.10 < 0.5 <= low
    expect("Blind spot", ["A-004"], f"at most {high:.2f}", f"at least {low:.2f}")


@story("Counter-measures")
def test_one_counter_measure_is_overdue_and_one_has_nobody(tables, expect):
    rows = tables["counter_measures"].sort_values(["account_id", "due"])
    counts = rows["status"].value_counts()
    still = rows[rows["status"] == "open"]
    nobody = still[still["owner"].isna() & still["due"].isna()]
    late = still[still["due"] < QUARTER_END]
    assert len(nobody) == len(late) == 1
    assert (still["owner"].isna() == still["due"].isna()).all()
    sessions = tables["black_ops_scores"][["session_date", "account_id", "dimension"]]
    assert set(map(tuple, rows[list(sessions)].to_numpy())) <= set(
        map(tuple, sessions.to_numpy()))
    expect("Counter-measures", [late["account_id"].item(), nobody["account_id"].item()],
           f"Of {len(rows)} decided", f"{counts['done']} are done",
           f"{counts['dropped']} is dropped",
           f"{late['account_id'].item()} on {late['dimension'].item()} is overdue by "
           f"{(QUARTER_END - late['due'].item()).days} days",
           f"{nobody['account_id'].item()} on {nobody['dimension'].item()} has neither",
           f"{len(still) - 2} are still in time")


@story("Unanswered moves")
def test_most_moves_of_the_second_session_have_no_counter_measure(tables, expect):
    rows = tables["black_ops_scores"]
    rows = rows[(rows["session_date"] == "2026-09-15") & (rows["round"] == 2)]
    # in the sample a dimension has one move, and every rater names it
    assert (rows.groupby(["account_id", "dimension"])["move"].nunique() == 1).all()
    expected = (rows["probability_best"] * rows["loss"]).groupby(
        [rows["account_id"], rows["dimension"]]).median()
    first = expected.sort_values(ascending=False).groupby(level=0).head(3)
    measures = tables["counter_measures"]
    standing = measures[measures["status"] != "dropped"]
    answered = pd.MultiIndex.from_frame(standing[["account_id", "dimension"]])
    bare = first[~first.index.isin(answered)].groupby(level=0).size()
    expect("Unanswered moves", bare.index, f"{bare.sum()} of the {len(first)} first moves",
           *(f"{n} against {account_id}" for account_id, n in bare.items()))


@story("Risk without owner or date")
def test_largest_risk_has_neither_owner_nor_date(tables, lines, accounts, expect):
    spend = lines[lines["quarter"].isin(LTM)]
    spend = spend.join(accounts[["industry", "country"]], on="account_id")
    risks = tables["risks"].set_index("risk_id")
    low, losses = (pd.Series({
        risk_id: risk["impact_share"] * risk[end] * exposed_to(risk, spend)
        for risk_id, risk in risks.iterrows()}) for end in ("probability_low", "probability_high"))
    top = risks.loc[losses.nlargest(5).index]
    assert losses.idxmax() == "R-03"
    assert list(top.index[top["owner"].isna() | top["due"].isna()]) == ["R-03"]
    assert list(risks.index[risks["owner"].isna()]) == ["R-03", "R-09"]
    assert list(risks.index[risks["due"].isna()]) == ["R-03", "R-08"]
    expect("Risk without owner or date", [], f"{thousand(low['R-03'])} to "
           f"{thousand(losses['R-03'])} EUR", "R-03", "R-08", "R-09")


def exposed_to(risk, spend):
    """Spend of the last twelve months that a risk exposes."""
    column = next(name for name in ("account_id", "industry", "family", "country")
                  if pd.notna(risk[name]))
    return spend.loc[spend[column] == risk[column], "eur"].sum()


@story("Answers that leave something")
def test_what_stays_is_known_of_every_answer_with_owner_and_date(tables, lines, accounts, expect):
    spend = lines[lines["quarter"].isin(LTM)]
    spend = spend.join(accounts[["industry", "country"]], on="account_id")
    risks = tables["risks"].set_index("risk_id")
    answered = risks[["solution", "owner", "due"]].notna().all(axis="columns")
    assert (risks["residual_share"].notna() == answered).all()
    stays = {risk_id: risk["residual_share"] * risk["impact_share"] * risk["probability_high"]
             * exposed_to(risk, spend) for risk_id, risk in risks[answered].iterrows()}
    told = risks.dropna(subset="threshold")
    latest = tables["indicators"].sort_values("month").groupby("indicator")["value"].last()
    values = latest[told["indicator"]].astype("float64").to_numpy()
    assert list(np.sign(values - told["threshold"])) == [-1, 1]
    expect("Answers that leave something", ["A-003", "A-005"], f"R-06 at most "
           f"{thousand(stays['R-06'])}", f"R-07 at most {thousand(stays['R-07'])}",
           *(f"at {value:.1f}" for value in values),
           *(f"{at:.0f} of {risk_id}" for risk_id, at in told["threshold"].items()))


@story("Risks of the customers")
def test_all_risks_but_one_are_worded_for_customers_in_their_languages(tables, accounts, expect):
    risks = tables["risks"].set_index("risk_id")
    worded = risks["customer_risk"].notna()
    assert (risks["customer_answer"].notna() == worded).all()
    (silent,) = risks.index[~worded]
    would = accounts.index[accounts["industry"] == risks.loc[silent, "industry"]]
    german = tomllib.loads((SAMPLE / "qbr.toml").read_text(encoding="utf-8"))["words"]["de"]
    both = risks.index[risks["customer_risk"].isin(german) & risks["customer_answer"].isin(german)]
    # of those in English, every one that concerns a German account has German words
    shared = {"R-01", "R-02", "R-04", "R-05"}
    assert set(both) == shared
    families = set(tables["products"]["family"])
    assert set(german) == families | set(risks.loc[both, ["customer_risk", "customer_answer"]]
                                         .to_numpy().ravel())
    expect("Risks of the customers", list(would), f"{worded.sum()} of the {len(risks)} risks",
           f"{len(both)} of them in German", silent)


def test_indicators_cover_five_years_without_a_gap(tables):
    counts = tables["indicators"].groupby("indicator")["month"].agg(["nunique", "min", "max"])
    assert len(counts) == 3
    assert (counts["nunique"] == 60).all()
    assert set(counts["min"]) == {"2021-10"}
    assert set(counts["max"]) == {"2026-09"}


def test_about_ten_accounts_of_the_circle_have_a_commentary_in_their_language(lines, accounts):
    _, _, by_volume, by_margin = circle(lines, "2026Q4")
    texts = {path.stem: path.read_text(encoding="utf-8")
             for path in (SAMPLE / "commentary").glob("*.md")}
    assert len(texts) == 10
    assert set(texts) <= set(by_volume.index) | set(by_margin.index)
    for account_id, text in texts.items():
        german = re.search(r"\b(und|wir|Ihr\w*)\b", text) is not None
        assert german == (accounts.loc[account_id, "language"] == "de"), account_id


def test_commentaries_have_three_to_five_sentences_and_name_only_people_of_the_account(tables):
    contacts = tables["contacts"]
    levels = tables["service_levels"].set_index(["account_id", "quarter", "measure"])
    for path in (SAMPLE / "commentary").glob("*.md"):
        text = " ".join(path.read_text(encoding="utf-8").split())
        assert 3 <= len(re.findall(r"[.!?](?: |$)", text)) <= 5, path.stem
        named = contacts[[name in text for name in contacts["name"]]]
        assert set(named["account_id"]) <= {path.stem}
        promised = of(tables["commitments"], path.stem)
        assert set(named["name"]) <= set(promised["owner"])
    late = levels.loc[("A-003", "2026Q4", "Liefertermintreue"), "delivered"]
    told = (SAMPLE / "commentary" / "A-003.md").read_text(encoding="utf-8")
    assert f"{late:.1f} %".replace(".", ",") in told


def test_readme_tells_each_story_checked_here_and_no_other(told):
    assert set(told) == TOLD_AND_CHECKED
