"""The settings of a workspace: every cut-off with its range, reason and source."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

METHOD = "C. Francis, Green Circle Growth: Get Serious About Quarterly Reviews (2020)"


def _cutoff(default: float, low: float, high: float, unit: str, why: str, source: str) -> Any:
    return field(default=default, metadata={
        "low": low, "high": high, "unit": unit, "why": why, "source": source})


@dataclass(frozen=True)
class Company:
    """The supplier: who reports, in which currency and fiscal year."""

    name: str
    currency: str = "EUR"
    fiscal_year_start: int = _cutoff(1, 1, 12, "month", "the fiscal year starts with it", "")
    language: str = "en"
    accent: str = "#0b6e4f"
    logo: str = ""
    reviews_per_quarter: int | None = None


@dataclass(frozen=True)
class Periods:
    """What the dates of the export cannot tell."""

    data_from: date | None = None
    data_until: date | None = None
    allow_partial: bool = False


@dataclass(frozen=True)
class Accounts:
    """How accounts are counted."""

    roll_up: bool = True


@dataclass(frozen=True)
class Checks:
    """How much of an export may be refused before the whole is."""

    max_refused_share: float = _cutoff(
        0.02, 0.0, 1.0, "share of a table's rows",
        "more refused rows than this mean a wrong mapping, not a few damaged rows",
        "house rule")


@dataclass(frozen=True)
class Segmentation:
    """Cut-offs of Green Circle and transactional."""

    cut_share: float = _cutoff(
        0.8, 0.5, 0.95, "share of the positive total",
        "the largest accounts that together make this share are Green Circle",
        "ABC analysis; " + METHOD)
    min_history_quarters: int = _cutoff(
        2, 1, 8, "quarters", "with less history an account is provisional", "house rule")


@dataclass(frozen=True)
class Potential:
    """How potential counts."""

    capture_rate: float = _cutoff(
        0.3, 0.0, 1.0, "share of the potential",
        "part of the open potential that can be won within a year",
        "house rule, stated on the page")
    quantile: float = _cutoff(
        0.85, 0.5, 0.99, "quantile of the peers' spend",
        "a wallet that is not stated is estimated as what this share of the peers stays below",
        "Rosset, Perlich, Lawrence et al., quantile wallet estimation (KDD 2007)")
    minimum_peers: int = _cutoff(
        20, 5, 200, "accounts", "with fewer peers there is no estimate", "house rule")


@dataclass(frozen=True)
class Contacts:
    """How many contacts, how recent."""

    minimum: int = _cutoff(4, 1, 20, "contacts", "fewer is too thin to hold an account", METHOD)
    maximum: int = _cutoff(11, 1, 50, "contacts", "more is fine, and shown", METHOD)
    active_days: int = _cutoff(
        90, 30, 365, "days", "a contact counts after a two-way exchange this recent", "house rule")
    green_circle_days: int = _cutoff(
        30, 7, 90, "days", "longest time between contacts of a Green Circle account", METHOD)
    transactional_days: int = _cutoff(
        90, 30, 365, "days", "longest time between contacts of a transactional account", METHOD)


@dataclass(frozen=True)
class Value:
    """How value and return are computed."""

    discount_rate: float = _cutoff(
        0.1, 0.0, 0.5, "per year", "money of later months is worth less",
        "Forrester Total Economic Impact uses 10 %")
    switching_horizon_months: int = _cutoff(
        36, 12, 120, "months", "a one-off cost of changing the supplier is spread over them: it is "
        "borne once, and what it brings is had for as long as one stays",
        "three years, the period of Forrester Total Economic Impact")


@dataclass(frozen=True)
class YearPlan:
    """Yearly outreach of transactional accounts."""

    target_days: int = _cutoff(
        75, 60, 90, "days", "one contact every two to three months", METHOD)
    minutes_per_contact: int = _cutoff(
        15, 5, 120, "minutes", "a call or an e-mail, with what is written down after it",
        "house rule")
    capacity_minutes: int | None = None
    capacity: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BlackOps:
    """When the rules of black ops call something a gap."""

    contract_days: int = _cutoff(
        180, 30, 730, "days", "a contract that ends sooner invites a competitor", "house rule")
    price_above: float = _cutoff(
        0.05, 0.0, 1.0, "share of the peers' median price",
        "a dearer account is one that a competitor can win by price; half of all accounts pay "
        "more than the median, so less than this is none", "house rule")
    least_raters: int = _cutoff(
        5, 3, 20, "raters", "fewer are no panel", "IDEA protocol; " + METHOD)
    least_departments: int = _cutoff(
        2, 1, 10, "departments", "one alone shares its blind spots", METHOD)
    least_agreement: float = _cutoff(
        0.667, 0.0, 1.0, "Krippendorff's alpha",
        "below it there is no ranking, and the disagreements are the agenda",
        "Krippendorff, Content Analysis (2004): the lowest at which tentative conclusions hold")
    dimensions: tuple[str, ...] = ("price", "delivery", "technology", "relationship")


@dataclass(frozen=True)
class Risks:
    """When a series counts as seasonal."""

    seasonal_strength: float = _cutoff(
        0.6, 0.3, 0.95, "share of the variance around the trend",
        "from this strength on peak and trough months are named",
        "strength after Wang, Smith, Hyndman (2006); the cut-off is a house rule")


@dataclass(frozen=True)
class Embedded:
    """What the embedded database may take."""

    memory_limit_gb: float | None = None


@dataclass(frozen=True)
class Spark:
    """Where a session of Spark runs that the kit starts, and what it is set to."""

    master: str = ""
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disclosure:
    """What may stand on a customer's page besides the rule.

    ``allowed_words`` are names of other accounts that are ordinary words, too;
    ``break_even_discount`` discloses how much cheaper another supplier would have to be.
    """

    allowed_words: tuple[str, ...] = ()
    break_even_discount: bool = False


SECTIONS = {
    "periods": Periods, "accounts": Accounts, "checks": Checks, "segmentation": Segmentation,
    "potential": Potential, "contacts": Contacts, "value": Value, "year_plan": YearPlan,
    "black_ops": BlackOps, "risks": Risks, "disclosure": Disclosure, "embedded": Embedded,
    "spark": Spark,
}
EMBEDDED, SPARK = "embedded", "spark"
"""Engines that read and sum the invoice lines."""


@dataclass(frozen=True)
class Settings:
    """All settings of one workspace, and where its files lie."""

    folder: Path
    company: Company
    sources: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    periods: Periods = Periods()
    accounts: Accounts = Accounts()
    checks: Checks = Checks()
    segmentation: Segmentation = Segmentation()
    potential: Potential = Potential()
    contacts: Contacts = Contacts()
    value: Value = Value()
    year_plan: YearPlan = field(default_factory=YearPlan)
    black_ops: BlackOps = BlackOps()
    risks: Risks = Risks()
    disclosure: Disclosure = Disclosure()
    embedded: Embedded = Embedded()
    spark: Spark = field(default_factory=Spark)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """Translations of the data's own words, by language and text."""
    engine: str = EMBEDDED
    text: str = field(default="", repr=False)
    """What stands in qbr.toml: read once, so that a run rests on one state of it."""
