"""Lines and accounts that can be read and are still hardly meant so."""

import calendar
import itertools
from collections.abc import Iterator

import duckdb

from qbrkit.languages import known_languages
from qbrkit.problems import NOTED, SHOWN, STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.checks import LINES, Check, amount_sql, run_checks
from qbrkit.sources.totals import check_totals

FAR_MONTHS = 12
FAR_SHARE = 0.01
"""Months without any line, and the share of lines beyond them, that mean a mistyped date."""
LAST_MONTH = 12
DEAR = 10
"""A cost so many times the revenue is rather of another unit or currency."""
PERCENT = "('%', 'percent', 'per cent', 'prozent')"
COSTLY = "Check that cost is of the whole line, not of one piece, and in the line's currency"


def check_lines(connection: duckdb.DuckDBPyConnection, present: list[str],
                settings: Settings) -> list[Problem]:
    """Signs, costs and dates of the invoice lines.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    present : list of str
        The tables that can be used.
    settings : Settings
        What qbr.toml says.
    """
    currency = settings.company.currency
    return [*_dates_far_off(connection, settings), *_one_month_a_year(connection),
            *check_totals(connection, present, currency), *_after_the_end(connection, settings),
            *_kind_against_sign(connection, currency),
            *run_checks(connection, LINES, list(_odd_costs()), currency),
            *_cost_above_revenue(connection, present, currency)]


def check_accounts(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Languages there is no catalog for: their reviews are written in English."""
    there = known_languages()
    short = "split_part(replace(lower(language), '_', '-'), '-', 1)"
    listed = ", ".join(f"'{code}'" for code in there)
    return run_checks(connection, "accounts", [Check(
        "language", f"{short} not in ({listed})", "is a language without a catalog; the review is "
        "written in English", NOTED, "language", f"There are {', '.join(there)}; write it as a "
        "code, as en")], "")


def check_risks(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Ranges and windows of the risks that run backwards, and risks that every customer reads."""
    nobody = " and ".join(f"{name} is null" for name in ("account_id", "industry", "family",
                                                         "country"))
    return run_checks(connection, "risks", [
        Check("probability_low", "probability_low > probability_high", "is above "
              "probability_high; the risk is listed without an expected loss", NOTED,
              "probability_low", "Write the lower chance in probability_low"),
        Check("window_start", "window_start > window_end", "lies after window_end", NOTED,
              "window_start", "Check both dates; they decide whether the risk still counts"),
        Check("customer_risk", f"customer_risk is not null and {nobody}", "names no account, "
              "industry, family or country and so stands on every customer's page", NOTED,
              "risk_id", "Write which of them is exposed, unless every customer is")], "")


def check_service_levels(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Levels in per cent that are all shares of one: 0.95 would be promised as 0.95 %."""
    in_percent = f"lower(trim(unit)) in {PERCENT}"
    highest = "max(greatest(coalesce(promised, delivered), coalesce(delivered, promised)))"
    shares = (f"select measure from contract.service_levels where {in_percent} group by 1 "
              f"having {highest} > 0 and {highest} <= 1")
    return run_checks(connection, "service_levels", [Check(
        "measure", f"{in_percent} and measure in ({shares})", "is in % and never above 1, and "
        "0.95 stands on the page as 0.95 %, not as 95 %", NOTED, "measure",
        "If these are shares, multiply promised and delivered by 100 in the mapping")], "")


def check_benefits(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Benefits that count as a loss in most quarters, and confirmed ones that nothing proves."""
    name = "coalesce(name, benefit_id)"
    unsaid = "better is null and unit_value > 0"
    losing = (f"select account_id, {name} from contract.benefits where {unsaid} group by 1, 2 "
              "having 2 * count(*) filter (actual < baseline) > count(actual - baseline)")
    measured = " || ".join([name, "' of '", "account_id", "': '", _short("baseline"), "' → '",
                            _short("actual"), "' at '", _short("unit_value")])
    return run_checks(connection, "benefits", [Check(
        "better", f"{unsaid} and actual < baseline and (account_id, {name}) in ({losing})",
        "is empty, and so a measure that fell counts as a loss", NOTED, measured,
        "If less is better, map better = 'less' for it"),
        Check("evidence", "class = 'confirmed' and evidence is null and confirmed_by is null",
              "and confirmed_by are empty though the class is confirmed; it counts as confirmed, "
              "and the customer reads that there is no proof on record", NOTED, "benefit_id",
              "Write the reference or who confirmed it, or write estimated as class")], "")


def _short(column: str) -> str:
    """SQL of a number as it is printed: a true minus, and no decimals that are zero."""
    text = f"cast({column}::decimal(24, 4) as VARCHAR)"
    return f"replace(regexp_replace({text}, '[.]?0*$', ''), '-', '−')"


def _odd_costs() -> Iterator[Check]:
    yield Check("cost", f"revenue > 0 and cost::double > {DEAR} * revenue::double",
                f"is more than {DEAR} times the revenue of its line; it counts as it stands",
                NOTED, "cost::double", COSTLY)
    yield Check("cost", "(revenue > 0 and cost < 0) or (revenue < 0 and cost > 0)", "has not the "
                "sign of the revenue of its line; it counts as it stands", NOTED, "cost::double",
                "A return takes its cost back: map cost with the sign of the revenue")


def _cost_above_revenue(connection: duckdb.DuckDBPyConnection, present: list[str],
                        currency: str) -> list[Problem]:
    """Families, or the whole company, that cost more than they bring: probably another unit."""
    family = "coalesce(family, 'unknown')" if "products" in present else "null"
    products = (" left join (select product_id, any_value(family) as family from contract.products "
                "group by 1) using (product_id)" if "products" in present else "")
    sums = connection.execute(
        f"select {family}, count(*), sum(amount), sum(cost) from (select product_id, cost, "
        f"{amount_sql(LINES, currency)} as amount from contract.{LINES} where cost is not null)"
        f"{products} where amount is not null group by 1 order by 1").fetchall()
    revenue, cost = sum(one[2] for one in sums), sum(one[3] for one in sums)
    if cost > revenue > 0:
        return [Problem(LINES, "cost", "all costs together are above the revenue of their lines; "
                        "they count as they stand", sum(one[1] for one in sums), NOTED,
                        money=round(float(revenue), 2), fix=COSTLY)]
    dear = [one for one in sums if one[3] > one[2] > 0]
    if not dear:
        return []
    return [Problem(LINES, "cost", "is above the revenue in all lines of a family together; it "
                    "counts as it stands", sum(one[1] for one in dear), NOTED,
                    tuple(str(one[0]) for one in dear[:SHOWN]), has_more=len(dear) > SHOWN,
                    money=round(float(sum(one[2] for one in dear)), 2), fix=COSTLY)]


def _after_the_end(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Problem]:
    """Lines after the day until which the data are said to be whole."""
    until = settings.periods.data_until
    if until is None:
        return []
    return run_checks(connection, LINES, [Check(
        "invoice_date", f"invoice_date > date '{until:%Y-%m-%d}'", f"lies after {until:%Y-%m-%d}, "
        "until which the export is said to be whole", NOTED, "invoice_date",
        "If it is whole until later, write a later data_until under [periods]; else nothing has to "
        "be done")], settings.company.currency)


def _kind_against_sign(connection: duckdb.DuckDBPyConnection, currency: str) -> list[Problem]:
    """Credits above zero and free lines with revenue: noted, or a stop when they are the rule.

    A single credit above zero may take another one back. When most are, the export writes
    credits without a sign, and every total would be too high; so it is when most of what is
    taken back, by a quantity below zero, has a revenue above zero.
    """
    back, taken_back = "kind in ('credit', 'return')", "quantity < 0"
    ((credits_n, positive_n, taken_n, paid_n),) = connection.execute(
        f"select count(*) filter ({back}), count(*) filter ({back} and revenue > 0), "
        f"count(*) filter ({taken_back} and revenue <> 0), "
        f"count(*) filter ({taken_back} and revenue > 0) from contract.{LINES}").fetchall()
    unsigned, unsigned_too = 2 * positive_n > credits_n, 2 * paid_n > taken_n
    return run_checks(connection, LINES, [
        Check("revenue", f"{back} and revenue > 0", "is above 0 for a credit or return"
              + ("" if unsigned else "; it counts as it stands"), STOPS if unsigned else NOTED,
              "revenue::double", "Map revenue as -revenue for these kinds, if the export writes "
              "credits without a sign"),
        Check("revenue", f"{taken_back} and revenue > 0 and not coalesce({back}, false)",
              "is above 0 though the quantity is below 0"
              + ("" if unsigned_too else "; it counts as it stands"),
              STOPS if unsigned_too else NOTED, "revenue::double", "Map revenue with the sign of "
              "the quantity, as -abs(…) where it is below 0, if the export writes cancellations "
              "without a sign"),
        Check("quantity", "quantity > 0 and revenue < 0", "is above 0 though the revenue is below "
              "0; the revenue counts as a return", NOTED, "quantity",
              "Nothing has to be done for a discount or a credit of value only"),
        Check("revenue", "kind = 'free' and revenue <> 0", "is not 0 for a free line; it counts "
              "as it stands", NOTED, "revenue::double", "Check the kind of these lines"),
    ], currency)


def _one_month_a_year(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Days 1 to 12 of one and the same month of several years: months that were read as days."""
    months = connection.execute(
        "select year(invoice_date), month(invoice_date), count(*), count(distinct invoice_date), "
        f"max(day(invoice_date)) from contract.{LINES} where invoice_date is not null "
        "group by 1, 2 order by 1").fetchall()
    if (len(months) < 2 or len({month for _, month, *_ in months}) > 1
            or max(days for *_, days, _ in months) == 1  # booked on one day a year
            or max(last for *_, last in months) > LAST_MONTH):
        return []
    name, years = calendar.month_name[months[0][1]], [str(year) for year, *_ in months]
    return [Problem(
        LINES, "invoice_date", f"every date lies in {name} of {', '.join(years)}: day and month "
        "may have changed places", sum(rows for _, _, rows, *_ in months), NOTED,
        fix="Check date_format of the source under [sources]")]


def _dates_far_off(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Problem]:
    """A few lines long before or after all others: they would move what counts as complete."""
    months = connection.execute(
        "select year(invoice_date) * 12 + month(invoice_date) as month, count(*) "
        f"from contract.{LINES} where invoice_date is not null group by 1 order by 1").fetchall()
    total = sum(count for _, count in months)
    problems = []
    for side, given, ordered in (("before", settings.periods.data_from, months),
                                 ("after", settings.periods.data_until, months[::-1])):
        beyond = 0
        for (month, count), (following, _) in itertools.pairwise(ordered):
            beyond += count
            if beyond > FAR_SHARE * total or given:
                break
            if abs(following - month) > FAR_MONTHS:
                first = f"make_date({following // 12 - (following % 12 == 0)}, " \
                        f"{(following - 1) % 12 + 1}, 1)"
                condition = (f"invoice_date < {first}" if side == "before"
                             else f"invoice_date >= {first} + interval 1 month")
                problems += run_checks(connection, LINES, [Check(
                    "invoice_date", condition, f"lies more than a year {side} all other dates",
                    STOPS, "invoice_date", "Correct it in the export; or if it is right, write "
                    f"data_{'from' if side == 'before' else 'until'} under [periods] in "
                    "qbr.toml: the day from which, or until which, the export is whole")],
                    settings.company.currency)
                break
    return problems
