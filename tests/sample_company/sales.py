"""Invoice lines: when an account orders, what, how much, at which price and cost.

A year's lines are drawn as weights (family by quota, season, noise) and then scaled to
the account's size, so that growth follows the cast and not the luck of the draw.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from tests.sample_company.account import LIST_GROWTH, Account
from tests.sample_company.catalog import BY_ID, PRODUCTS, Product, season
from tests.sample_company.chance import (
    LAST_DAY,
    YEARS,
    between,
    dice,
    quarter_of,
    workday,
    year_start,
)

USD_PRICE_LIST = 1.08  # USD list price for one EUR of list price, never changed


@dataclass
class Line:
    """One line before it has an invoice number."""

    day: date
    product: Product
    weight: float
    quantity: int = 0
    price: float = 0.0
    list_price: float = 0.0
    unit_cost: float | None = 0.0
    kind: str = "invoice"
    source: "Line | None" = None  # what a return or credit refers to


@dataclass
class Basket:
    """What an account picks from: families by quota, three products in each."""

    account: Account
    rng: np.random.Generator
    bought: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the quota somewhere, so that not every account starts with the same family."""
        self.bought = {family: float(self.rng.random()) for family in self.account.families}

    def next(self) -> Product:
        """A product of the family that is most behind its part of the mix."""
        total = sum(self.bought.values()) + 1
        behind = {family: part * total - self.bought[family]
                  for family, part in self.account.families.items()}
        family = max(behind, key=behind.__getitem__)
        self.bought[family] += 1
        rank = 0 if (chance := self.rng.random()) < 0.5 else 1 if chance < 0.8 else 2
        return favorites(self.account, family)[rank]


def favorites(account: Account, family: str) -> list[Product]:
    """The three products of a family the account buys, the first one most."""
    dropped = account.dropped[0] if account.dropped else ""
    range_ = [product for product in PRODUCTS
              if product.family == family and product.product_id != dropped]
    rng = dice(1, account.number, ord(family))
    keyed = [(float(rng.random()), product.product_id, product) for product in range_]
    return [product for _, _, product in sorted(keyed, key=lambda entry: entry[:2])[:3]]


def account_lines(account: Account) -> Iterator[Line]:
    """All lines sold to an account, before returns and free ones."""
    for index, year in enumerate(YEARS):
        rng = dice(2, account.number, 0 if account.steady else year)
        lines = list(_drawn(account, year, rng))
        if account.dropped:
            product_id, sizes = account.dropped
            lines += _dropped(lines, BY_ID[product_id], 1000 * (*sizes, 0)[index])
        for line in lines:
            _price(account, index, line, rng)
        yield from (line for line in lines if line.day <= LAST_DAY)


def _order_days(account: Account, year: int, rng: np.random.Generator) -> Iterator[date]:
    """Order days of a year: an even rhythm with some play.

    It starts earlier or later in turn, so that no month has an order too many every year.
    """
    step = 361 / account.orders
    start = between(rng, 0.15, 0.30) + (0.0 if account.steady else 0.45 * (year % 2))
    for index in range(account.orders):
        place = min(max(index + start + between(rng, -0.3, 0.3), 0), account.orders)
        days = 2 + int(place * step)
        yield workday(year_start(year) + timedelta(days=days))


def _drawn(account: Account, year: int, rng: np.random.Generator) -> Iterator[Line]:
    """Lines of a year, scaled so that each quarter reaches its planned revenue."""
    basket, lines = Basket(account, rng), []
    most = 4 if account.orders >= 16 else 3
    for day in _order_days(account, year, rng):
        for _ in range(1 + int(most * rng.random())):
            product = basket.next()
            demand = season(product.family, day.month) * between(rng, 0.75, 1.25)
            lines.append(Line(day, product, demand))
    planned = _planned_quarters(account, year)
    drawn = [0.0] * 4
    for line in lines:
        drawn[_quarter_index(line.day)] += line.weight
    for line in lines:
        line.weight *= planned[_quarter_index(line.day)] / drawn[_quarter_index(line.day)]
        if line.weight and (account.since or line.day) <= line.day <= (account.until or line.day):
            yield line


def _quarter_index(day: date) -> int:
    """The quarter within the fiscal year, from 0."""
    return int(quarter_of(day)[-1]) - 1


def _planned_quarters(account: Account, year: int) -> list[float]:
    """Revenue of the four quarters: as told by the cast, else by the seasons of its mix."""
    sized = min(year, 2026)
    if sized in account.quarters:
        return [1000.0 * thousands for thousands in account.quarters[sized]]
    rng = dice(5, account.number, 0 if account.steady else year)
    play = 0.05 if account.close else 0.12
    shares = []
    for quarter in range(4):
        in_quarter = [(9 + 3 * quarter + month) % 12 + 1 for month in range(3)]
        demand = sum(part * season(family, month)
                     for family, part in account.families.items() for month in in_quarter)
        shares.append(demand * between(rng, 1 - play, 1 + play))
    return [1000 * account.size[sized - 2023] * share / sum(shares) for share in shares]


def _dropped(lines: list[Line], product: Product, revenue: float) -> list[Line]:
    """Lines of a product of its own, with every second order until it is given up."""
    days = sorted({line.day for line in lines})[::2]
    return [Line(day, product, revenue / len(days)) for day in days] if revenue else []


def _price(account: Account, index: int, line: Line, rng: np.random.Generator) -> None:
    """Fill in quantity, prices and cost of a line from its weight."""
    discount = account.discount
    if discount is None:
        discount = between(dice(3, account.number), 0.08, 0.20)
    base = line.product.list_price * (USD_PRICE_LIST if account.currency == "USD" else 1)
    line.list_price = round(base * LIST_GROWTH[index], 2)
    line.price = round(base * (1 - discount) * account.price_growth[index], 2)
    line.quantity = max(1, round(line.weight / line.price))
    line.unit_cost = base * LIST_GROWTH[index] * line.product.cost_part * between(rng, 0.97, 1.03)
