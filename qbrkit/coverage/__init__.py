"""Contacts and cadence: how many people hold the account, and when we last spoke.

Counted are persons with a recent two-way activity; the roles are those of Webster and Wind
(1972); the bus factor tells what is left when one person goes.
"""

from qbrkit.coverage.cadence import TWO_WAY, list_exchanges, measure_cadence, overdue_days
from qbrkit.coverage.counting import ABOVE, BELOW, IN_RANGE, contact_status, count_contacts
from qbrkit.coverage.next_contact import choose_next_contact
from qbrkit.coverage.persons import (
    LEFT,
    MAILBOX,
    QUALIFIERS,
    REPEATED,
    SHARED_MAILBOXES,
    find_persons,
    is_mailbox,
    list_uncounted,
)
from qbrkit.coverage.roles import (
    REQUIRED_ROLES,
    ROLES,
    count_roles,
    list_roles,
    unknown_roles,
)
from qbrkit.coverage.threads import count_threads, measure_bus_factor

__all__ = [
    "ABOVE", "BELOW", "IN_RANGE", "LEFT", "MAILBOX", "QUALIFIERS", "REPEATED", "REQUIRED_ROLES",
    "ROLES", "SHARED_MAILBOXES", "TWO_WAY", "choose_next_contact", "contact_status",
    "count_contacts", "count_roles", "count_threads", "find_persons", "is_mailbox",
    "list_exchanges", "list_roles", "list_uncounted", "measure_bus_factor", "measure_cadence",
    "overdue_days", "unknown_roles"]
