"""What the generator knows about one account, and the table accounts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

OWNERS = {
    "North": "Henrike Tolksdorf", "South": "Matthias Oberhauser", "East": "Jolanta Wiśniewska",
    "West": "Claire Vandamme", "Overseas": "Desmond Achterberg",
}
INSIDE_SALES, FIELD_SERVICE = "Pia Rehfeldt", "Tomasz Brandl"
GERMAN_SPEAKING = ("DE", "AT", "CH")
LIST_GROWTH = (1.000, 1.025, 1.050, 1.075, 1.100)


@dataclass(frozen=True)
class Account:
    """One account: who it is, what it buys, and the traits that make its story."""

    account_id: str
    name: str
    country: str
    territory: str
    industry: str
    employees: int | None
    size: tuple[int, ...]  # revenue of fiscal 2023 to 2026 in thousands, account currency
    orders: int  # a year
    mix: str  # families by weight: "D4 B2" is two parts drives to one part bearings
    # sales
    quarters: dict[int, tuple[int, ...]] = field(default_factory=dict)  # instead of the year's size
    discount: float | None = None  # off list; drawn when empty
    price_growth: tuple[float, ...] = LIST_GROWTH  # of its net prices, per fiscal year
    steady: bool = False  # the same basket on the same days every year
    since: date | None = None
    until: date | None = None
    dropped: tuple[str, tuple[int, ...]] | None = None  # a product and its thousands per year
    return_share: float = 0.008
    in_dollars: tuple[date, ...] = ()  # days whose invoices are in USD, whatever its currency
    free_share: float = 0.004
    cost_unknown: bool = False  # cost of its pneumatics is never known
    # master data
    parent_id: str = ""
    annual_wallet: int | None = None
    plan_id: str = ""
    contract_end: date | None = None
    do_not_contact: bool = False
    # relation
    close: bool = False  # visited often, as a Green Circle account should be
    contacts: int | None = None
    lacks: str = ""  # a role nobody there has
    last_talk: date | None = None  # last two-way contact
    pace: int | None = None  # days between exchanges
    one_of_ours: bool = False

    @property
    def number(self) -> int:
        """The number in the id, seed of everything drawn for the account."""
        return int(self.account_id[2:])

    @property
    def language(self) -> str:
        """Language of its review."""
        return "de" if self.country in GERMAN_SPEAKING else "en"

    @property
    def currency(self) -> str:
        """Currency it is billed in; Swiss customers are billed in EUR."""
        return "USD" if self.country == "US" else "EUR"

    @property
    def owner(self) -> str:
        """Our account manager."""
        return OWNERS[self.territory]

    @property
    def families(self) -> dict[str, float]:
        """Part of each family code in what it buys."""
        weights = {part[0]: float(part[1:]) for part in self.mix.split()}
        total = sum(weights.values())
        return {family: weight / total for family, weight in weights.items()}


def account_rows(accounts: Iterable[Account]) -> list[dict]:
    """The table accounts."""
    return [{
        "account_id": account.account_id, "name": account.name, "parent_id": account.parent_id,
        "territory": account.territory, "industry": account.industry,
        "employees": account.employees, "annual_wallet": account.annual_wallet,
        "currency": account.currency, "language": account.language, "country": account.country,
        "owner": account.owner, "plan_id": account.plan_id,
        "contract_end": account.contract_end,
        "do_not_contact": "yes" if account.do_not_contact else "no",
    } for account in accounts]
