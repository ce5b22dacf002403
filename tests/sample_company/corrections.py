"""What happens to lines after the sale: returns, credits, free goods, unknown costs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from tests.sample_company.account import Account
from tests.sample_company.chance import LAST_DAY, LTM_START, between, dice, workday
from tests.sample_company.sales import Line, account_lines

CREDIT_SHARE = 0.008
UNKNOWN_PNEUMATICS, UNKNOWN_ELSEWHERE = 0.22, 0.006


def corrected_lines(account: Account) -> list[Line]:
    """All lines of an account with what came after them."""
    rng, lines = dice(4, account.number), []
    for line in account_lines(account):
        line.unit_cost = _known_cost(account, line, rng)
        lines.append(line)
        lines += [after for after in _after(account, line, rng) if after.day <= LAST_DAY]
    return lines


def _known_cost(account: Account, line: Line, rng: np.random.Generator) -> float | None:
    """The cost, or nothing: mostly pneumatics come without one."""
    chance = rng.random()
    pneumatics = line.product.family == "P"
    if account.cost_unknown and pneumatics and line.day >= LTM_START:
        return None
    share = UNKNOWN_PNEUMATICS if pneumatics else UNKNOWN_ELSEWHERE
    return None if chance < share else line.unit_cost


def _after(account: Account, line: Line, rng: np.random.Generator) -> Iterator[Line]:
    """Returned, credited or given on top, each at its own date."""
    returned, credited, free = rng.random(), rng.random(), rng.random()
    days, part = int(between(rng, 12, 45)), between(rng, 0.5, 1.0)
    later = workday(line.day + timedelta(days=days))
    if returned < account.return_share:
        quantity = -max(1, int(line.quantity * part))
        yield replace(line, day=later, quantity=quantity, kind="return", source=line)
    elif credited < CREDIT_SHARE and account.return_share:
        yield replace(line, day=later, quantity=0, kind="credit", source=line,
                      price=-round(0.06 * line.price * line.quantity, 2), unit_cost=0.0)
    if free < account.free_share:
        yield replace(line, quantity=max(1, line.quantity // 4), price=0.0, kind="free")
