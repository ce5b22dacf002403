"""Scores of black-ops sessions that cannot be used, panels that are none, measures of nobody."""

from collections.abc import Iterable

import duckdb

from qbrkit.problems import NOTED, Problem
from qbrkit.settings import Settings
from qbrkit.sources.checks import Check, run_checks

SCORES, MEASURES = "black_ops_scores", "counter_measures"
SESSIONS_A_YEAR = 2
NOT_USED = "the score does not count"
SAME = ("session_date", "round", "account_id", *(
    rf"lower(trim(regexp_replace(coalesce({name}, ''), '\s+', ' ', 'g')))"
    for name in ("rater", "dimension")))
"""What makes two scores scores of the same: capitals and blanks make no difference."""
FIGURES = ("probability_low", "probability_best", "probability_high", "loss", "ease")


def check_sessions(connection: duckdb.DuckDBPyConnection, present: Iterable[str],
                   settings: Settings) -> list[Problem]:
    """Faults of the scores, of the panels that gave them, and of what they decided.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    present : iterable of str
        The tables that can be used.
    settings : Settings
        What qbr.toml says.
    """
    problems, present = [], set(present)
    if SCORES in present:
        problems += run_checks(connection, SCORES, [*_scores(), *_panels(settings)], "")
    if MEASURES in present:
        problems += run_checks(connection, MEASURES, _measures(SCORES in present), "")
    return problems


def _scores() -> list[Check]:
    """Scores that contradict themselves or each other."""
    same, in_order = ", ".join(SAME), "Ask the rater for at least, best guess and at most"
    scored = f"from contract.{SCORES} where probability_best is not null"
    figures = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in FIGURES)
    twice = (f"select {same} {scored} group by all having count(distinct concat_ws('|', "
             f"{figures})) > 1")
    return [
        Check("probability_low", "probability_low > probability_best",
              f"is above probability_best; {NOT_USED}", NOTED, "probability_low", in_order),
        Check("probability_high", "probability_best > probability_high",
              f"is below probability_best; {NOT_USED}", NOTED, "probability_high", in_order),
        Check("ease", "ease < 1 or ease > 5", "is not from 1 to 5; the ease is unknown", NOTED,
              "ease", "Write 1 for hard to 5 for easy"),
        Check("round", "round not in (1, 2)", f"is neither 1 nor 2; {NOT_USED}", NOTED, "round",
              "Write 1 before the discussion and 2 after it"),
        Check("loss", "loss < 0", "is below 0; what the rater expects to lose is unknown", NOTED,
              "loss::double", "Write what would be lost as a positive amount"),
        Check("rater", f"probability_best is not null and ({same}) in ({twice})",
              "gave different scores of the same account and dimension in one round; none of "
              "them counts", NOTED, "rater", "Leave the one that holds"),
    ]


def _panels(settings: Settings) -> list[Check]:
    """Sessions of too few, and too many sessions."""
    raters, departments = settings.black_ops.least_raters, settings.black_ops.least_departments
    rater, department = (f"lower(trim({name}))" for name in ("rater", "department"))
    last = (f"select session_date, {rater} as rater, {department} as department "
            f"from contract.{SCORES} where probability_best is not null and round in (1, 2) "
            "qualify round = max(round) over (partition by session_date)")
    few = "select session_date from ({last}) group by 1 having count(distinct {who}) < {least}"
    often = (f"select this.session_date from (select distinct session_date from contract.{SCORES}) "
             f"as this join (select distinct session_date from contract.{SCORES}) as other "
             "on other.session_date <= this.session_date "
             "and other.session_date > this.session_date - interval 365 days "
             f"group by 1 having count(*) > {SESSIONS_A_YEAR}")
    return [
        Check("rater", "session_date in (" + few.format(last=last, who="rater", least=raters) + ")",
              f"is one of fewer than {raters} in the last round of the session, which ranks "
              "nothing", NOTED, "session_date", "Let more raters score, each alone"),
        Check("department", "session_date in (" + few.format(
            last=last, who="department", least=departments) + ")",
              f"is one of fewer than {departments} in the last round of the session, which ranks "
              "nothing", NOTED, "session_date", "Let raters of other departments score, or name "
              "their departments"),
        Check("session_date", f"session_date in ({often})",
              f"is the end of 365 days with more than {SESSIONS_A_YEAR} sessions", NOTED,
              "session_date", "Hold at most two a year: more dull the raters"),
    ]


def _measures(has_scores: bool) -> list[Check]:
    """Measures that nobody has to take, and those of a session that nobody scored."""
    is_open = "coalesce(status, 'open') = 'open'"
    checks = [Check("owner", f"{is_open} and (nullif(trim(owner), '') is null or due is null)",
                    "or due is empty though the measure is open; nobody has to take it by a day",
                    NOTED, "measure", "Write who does it, and until when")]
    if has_scores:
        checks.append(Check(
            "session_date", f"session_date not in (select session_date from contract.{SCORES} "
            "where session_date is not null)", f"is the day of no session in {SCORES}; the "
            "measure stands all the same", NOTED, "session_date",
            "Write the day of the session as in its scores"))
        plain = "lower(trim({}))"
        checks.append(Check(
            "dimension", f"dimension is not null and {plain.format('dimension')} not in (select "
            f"{plain.format('dimension')} from contract.{SCORES} where dimension is not null)",
            "is no dimension that any session scored; the measure answers no move", NOTED,
            "dimension", f"Write it as in {SCORES}, or leave it empty for all"))
    return checks
