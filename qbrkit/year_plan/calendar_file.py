"""A user's calls as a calendar file that Outlook, Google and Apple open (RFC 5545)."""

import hashlib
import re
from datetime import UTC, timedelta

import pandas as pd

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
COLUMNS = ["account_id", "date", "summary", "description", "category"]


def calendar_file(calls: pd.DataFrame, name: str, made: pd.Timestamp) -> bytes:
    """The calls of one user as iCalendar.

    Parameters
    ----------
    calls : DataFrame
        ``account_id`` and ``date``; ``summary``, ``description`` and ``category`` in the
        user's words.
    name : str
        Name of the calendar.
    made : Timestamp
        Day of the figures; stands for the time of making, so that the same inputs give the
        same bytes.

    Returns
    -------
    bytes
        UTF-8, lines folded at 75 bytes and ended as the RFC demands. Each call is an event
        of the whole day without a time zone, and leaves the user's day free; its id is a
        hash of account and date, so that a file read again doubles nothing.

    Notes
    -----
    Signs that a calendar may not hold (control characters) become spaces. There is no
    METHOD: the file is a calendar, not an invitation.

    References
    ----------
    .. [1] B. Desruisseaux, "Internet Calendaring and Scheduling", RFC 5545 (2009).
    """
    from icalendar import Calendar, Event, vText  # read here: the command has to start fast

    calendar = Calendar()
    calendar.add("prodid", "-//qbrkit//transactional plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(_plain(name)))
    stamp = made.to_pydatetime().replace(tzinfo=UTC)
    for account_id, at, summary, description, category in zip(
            *(calls[name] for name in COLUMNS), strict=True):
        day, event = at.date(), Event()
        event.add("uid", _uid(account_id, f"{day:%Y-%m-%d}"))
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", _plain(summary))
        event.add("description", _plain(description))
        event.add("categories", [_plain(category)])
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()


def _uid(account_id: str, day: str) -> str:
    text = f"{account_id}\n{day}"
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@qbrkit"


def _plain(text: str) -> str:
    """Without control characters; line ends stay, in one form."""
    return CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
