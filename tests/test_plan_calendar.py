"""Calendar files: what RFC 5545 demands, read by the library and by rules of our own."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from tables import properties, typed_table

from qbrkit.year_plan import calendar_file

MADE = pd.Timestamp("2026-09-30")
COLUMNS = {"account_id": "str", "date": "datetime64[us]", "summary": "str", "description": "str",
           "category": "str"}
CALL = {"account_id": "A-1", "date": "2026-12-31", "summary": "Phone: Abel",
        "description": "Why.\nWhat to say.", "category": "Phone"}
NAMES = ["Müller, Söhne; GmbH", "a\\b", "line\nend", "line\r\nend", "株式会社 🚀🚀", "=1+2", '"Q"',
         "x" * 300, "ü" * 300, "🚀" * 80, "BEGIN:VEVENT", "END:VCALENDAR\nBEGIN:VCALENDAR", ":;,\\",
         "tab\tand bell\a", "  "]


def made(*calls, name="Calls of Ute"):
    return calendar_file(typed_table(COLUMNS, calls), name, MADE)


def unfolded(content):
    """Lines of a calendar, by the letter of the RFC; what it forbids fails."""
    text = content.decode("utf-8")
    assert text.endswith("\r\n")
    lines = text[:-2].split("\r\n")
    assert not [line for line in lines if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line)]
    assert max(len(line.encode()) for line in lines) <= 75
    whole: list[str] = []
    for line in lines:
        if line.startswith((" ", "\t")):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    assert not [line for line in whole if not re.match(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:", line)]
    return whole


def test_a_calendar_worked_by_hand():
    lines = unfolded(made(CALL))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    head = lines[:lines.index("BEGIN:VEVENT")]
    assert "VERSION:2.0" in head
    assert "PRODID:-//qbrkit//transactional plan//EN" in head
    assert "X-WR-CALNAME:Calls of Ute" in head
    assert not [line for line in lines if line.startswith("METHOD")]
    event = lines[lines.index("BEGIN:VEVENT") + 1:lines.index("END:VEVENT")]
    # a whole day ends where the next begins, here in another year
    assert {"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "DTSTAMP:20260930T000000Z",
            "SUMMARY:Phone: Abel", "DESCRIPTION:Why.\\nWhat to say.", "CATEGORIES:Phone",
            "TRANSP:TRANSPARENT"} < set(event)
    (uid,) = [line for line in event if line.startswith("UID:")]
    assert re.fullmatch(r"UID:[0-9a-f]{32}@qbrkit", uid)
    assert len(event) == 8


def test_an_id_follows_from_account_and_day_alone():
    def ids(*calls):
        return re.findall(rb"UID:(\S+)", made(*calls))

    assert ids(CALL) == ids(CALL | {"summary": "other"})
    assert len({*ids(CALL), *ids(CALL | {"date": "2027-01-04"}),
                *ids(CALL | {"account_id": "A-2"})}) == 3


def test_the_same_calls_give_the_same_bytes():
    calls = [CALL, CALL | {"account_id": "A-2", "summary": NAMES[4]}]
    assert made(*calls) == made(*calls)


def test_a_calendar_without_calls_is_still_one():
    assert unfolded(made())[-1] == "END:VCALENDAR"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_and_breaks_nothing(name):
    content = made(CALL | {"summary": f"Phone: {name}", "description": name, "category": name},
                   name=name)
    lines = unfolded(content)
    assert [line for line in lines if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"]
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    expected = name.replace("\r\n", "\n").replace("\t", " ").replace("\a", " ")
    assert event["summary"] == f"Phone: {expected}"
    assert event["description"] == expected


@properties
@given(st.lists(st.tuples(st.text(min_size=1), st.text(), st.dates(
    pd.Timestamp("2020-01-01").date(), pd.Timestamp("2040-01-01").date())), max_size=5))
def test_any_calls_make_a_valid_calendar(calls):
    content = made(*(CALL | {"account_id": account_id, "summary": text, "description": text * 3,
                             "date": str(day)} for account_id, text, day in calls))
    unfolded(content)
    read = Calendar.from_ical(content)
    assert [event.decoded("dtstart") for event in read.walk("VEVENT")] == [
        day for _, _, day in calls]
    assert [str(event["transp"]) for event in read.walk("VEVENT")] == ["TRANSPARENT"] * len(calls)
