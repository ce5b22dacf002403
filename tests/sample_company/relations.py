"""Contacts of each account, and every exchange with them in the last eighteen months."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tests.sample_company.account import FIELD_SERVICE, INSIDE_SALES, Account
from tests.sample_company.chance import LAST_DAY, between, dice, pick, workday
from tests.sample_company.people import TITLES, address, domain, names

FIRST_EXCHANGE = date(2025, 4, 1)
ROLES = ("decider", "gatekeeper", "influencer", "buyer", "user")
INFLUENCE = {"decider": 5, "influencer": 4, "buyer": 3, "gatekeeper": 2, "user": 1}

# Kept on file though not a person of their own: a shared mailbox, somebody who has left,
# the same person a second time.
SHARED_MAILBOX = ("A-004", "A-006", "A-036")
HAS_LEFT = ("A-004", "A-011", "A-016")
LISTED_TWICE = ("A-019",)


def contact_rows(accounts: Iterable[Account]) -> list[dict]:
    """The table contacts."""
    taken: set[str] = set()
    rows = [row for account in accounts for row in _people(account, taken)]
    return [{"contact_id": f"C-{number:04d}", **row} for number, row in enumerate(rows, 1)]


def _people(account: Account, taken: set[str]) -> Iterator[dict]:
    """The people at one account and what else is on file there."""
    rng = dice(11, account.number)
    drawn = int(between(rng, 5, 8.99)) if account.close else int(between(rng, 1, 3.99))
    count = (account.contacts or drawn) - (account.account_id in LISTED_TWICE)
    cycle = [role for role in ROLES if role != account.lacks]
    if not account.close:
        cycle = ["buyer", "influencer", "user"]
    people = names(account, count + 1, taken)
    for index, name in enumerate(people[:count]):
        roles = [cycle[index % len(cycle)]]
        if index >= len(cycle) and roles[0] != "user":
            roles.append("user")
        yield _row(account, name, roles)
    if account.account_id in LISTED_TWICE:
        yield _row(account, people[0], ["decider"]) | {"title": "Geschäftsführung"}
    if account.account_id in SHARED_MAILBOX:
        desk = "Zentrale" if account.language == "de" else "Front desk"
        yield _row(account, desk, ["gatekeeper"]) | {
            "email": f"info@{domain(account)}", "title": None, "influence": 1}
    if account.account_id in HAS_LEFT:
        yield _row(account, people[count], ["influencer"]) | {"active": "no"}


def _row(account: Account, name: str, roles: list[str]) -> dict:
    """One contact."""
    return {"account_id": account.account_id, "name": name,
            "title": TITLES[account.language][roles[0]], "email": address(account, name),
            "roles": ";".join(roles), "influence": INFLUENCE[roles[0]], "active": "yes"}


def activity_rows(accounts: Iterable[Account], contacts: list[dict]) -> list[dict]:
    """The table activities."""
    rows = []
    for account in accounts:
        there = [row["contact_id"] for row in contacts
                 if row["account_id"] == account.account_id and row["active"] == "yes"
                 and not row["email"].startswith("info@")]
        if not account.do_not_contact:
            rows += _exchanges(account, there)
    rows.sort(key=lambda row: (row["date"], row["account_id"]))
    return [{"activity_id": f"K-{number:05d}", **row} for number, row in enumerate(rows, 1)]


def _exchanges(account: Account, contact_ids: list[str]) -> Iterator[dict]:
    """The exchanges with one account: people in turn, every fifth time one side only."""
    rng = dice(12, account.number)
    pace = account.pace or (8 if account.close else 72)
    day = max(FIRST_EXCHANGE, account.since or FIRST_EXCHANGE)
    day += timedelta(days=int(pace * rng.random()))
    turn = one_sided = 0
    if account.last_talk:
        yield {"account_id": account.account_id, "contact_id": contact_ids[0],
               "date": account.last_talk, "owner": account.owner, "channel": "phone",
               "direction": "two_way"}
    while day <= LAST_DAY:
        one_sided = (one_sided + 1) % 5
        answered = one_sided != 0 and day <= (account.last_talk or LAST_DAY)
        if answered:
            turn += 1
        yield {"account_id": account.account_id, "contact_id": contact_ids[turn % len(contact_ids)],
               "date": workday(min(day, LAST_DAY)), "owner": _who(account, rng.random()),
               **_how(account, answered, rng)}
        day += timedelta(days=max(1, round(pace * between(rng, 0.7, 1.3))))


def _who(account: Account, chance: float) -> str:
    """Who of ours: mostly the account manager, unless one holds it all."""
    if account.one_of_ours or chance < 0.66:
        return account.owner
    if account.close:
        return FIELD_SERVICE if chance < 0.86 else INSIDE_SALES
    return INSIDE_SALES


def _how(account: Account, answered: bool, rng) -> dict:
    """Channel and direction; who is not visited is called or written to."""
    if not answered:
        return {"channel": "email", "direction": "inbound" if rng.random() < 0.25 else "outbound"}
    channels = ("visit", "visit", "video", "phone", "phone", "email") if account.close else (
        "phone", "phone", "email")
    return {"channel": "event" if account.close and rng.random() < 0.04 else pick(rng, channels),
            "direction": "two_way"}
