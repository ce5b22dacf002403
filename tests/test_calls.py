"""What a run writes of the calls: a CSV that no spreadsheet runs, and calendars."""

import csv

import pandas as pd
import pytest
from companies import WHOLE_YEARS, company, evenly, reviewed
from icalendar import Calendar

from qbrkit.reviews import review_quarter
from qbrkit.run import quarter
from qbrkit.run.calls import spreadsheet_safe, write_calls
from qbrkit.sources import open_workspace

COLUMNS = ["owner", "date", "account_id", "name", "contact", "channel", "reason",
           "minutes", "why", "what_to_say"]
NASTY = ["=1+2", "+49 30", "-3", "@home", "Müller, \"Söhne\"\n& Co.", "株式会社", "plain"]


def accounts(owners, names=None):
    return [{"account_id": "Z"}, *(
        {"account_id": f"A{at}", "owner": owner, "name": (names or {}).get(at)}
        for at, owner in enumerate(owners))]


def given(owners, names=None):
    return {"toml": WHOLE_YEARS, "accounts": accounts(owners, names), "invoice_lines": [
        *evenly("Z", 99_999), *(line for at in range(len(owners)) for line in evenly(
            f"A{at}", 10 + at))]}


def written(folder):
    with open(folder / "calls.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calendars(folder):
    return {file.name: file.read_bytes() for file in (folder / "calls").iterdir()}


def test_the_csv_holds_every_call_and_comes_back_as_it_was(tmp_path):
    review = reviewed(tmp_path / "company", **given(["Ute"] * 7, dict(enumerate(NASTY))))
    write_calls(review, tmp_path)
    rows, calls = written(tmp_path), review.outreach.calls
    assert list(rows[0]) == COLUMNS
    assert [row["account_id"] for row in rows] == calls["account_id"].tolist()
    assert [row["date"] for row in rows] == calls["date"].dt.strftime("%Y-%m-%d").tolist()
    safe = {"=1+2": "'=1+2", "+49 30": "'+49 30", "-3": "'-3", "@home": "'@home"}
    for row, name in zip(rows, calls["name"], strict=True):
        assert row["name"] == safe.get(name, name)
        assert row["why"].endswith(".")
        assert row["what_to_say"].endswith(".")


@pytest.mark.parametrize("bad", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_begins_as_a_formula(bad):
    table = pd.DataFrame({"name": pd.Series([bad, "x", None, f"x{bad}"], dtype="str"), "n": -1})
    safe = spreadsheet_safe(table)
    assert safe["name"].tolist()[:2] == [f"'{bad}", "x"]
    assert safe["name"].isna().tolist() == [False, False, True, False]
    assert safe["name"].iloc[3] == f"x{bad}"
    assert safe["n"].tolist() == [-1] * 4
    assert table["name"].iloc[0] == bad


def test_each_user_has_a_calendar_with_all_calls(tmp_path):
    review = reviewed(tmp_path / "company", **given(["Ute Öz", "Max", None, "Ute Öz"]))
    write_calls(review, tmp_path)
    files = calendars(tmp_path)
    assert set(files) == {"Max.ics", "Ute-Oez.ics", "nobody-named.ics"}
    calls = review.outreach.calls
    for name, owner in {"Max.ics": "Max", "Ute-Oez.ics": "Ute Öz"}.items():
        events = list(Calendar.from_ical(files[name]).walk("VEVENT"))
        mine = calls[calls["owner"] == owner]
        assert [event.decoded("dtstart") for event in events] == mine["date"].dt.date.tolist()
        assert {str(event["summary"]).split(":")[0] for event in events} == {"Phone", "E-mail"}
        assert all(str(event["description"]).count("\n") == 1 for event in events)
    assert sum(files[name].count(b"BEGIN:VEVENT") for name in files) == len(calls)


def test_a_calendar_says_whom_to_ask_for(tmp_path):
    review = reviewed(tmp_path / "company", **given(["Ute"]), contacts=[
        {"contact_id": "K1", "account_id": "A0", "name": "Kim"}])
    write_calls(review, tmp_path)
    event = Calendar.from_ical(calendars(tmp_path)["Ute.ics"]).walk("VEVENT")[0]
    assert str(event["description"]).endswith("\nAsk for Kim.")
    assert {row["contact"] for row in written(tmp_path)} == {"Kim"}


def test_names_that_look_alike_have_files_of_their_own(tmp_path):
    owners = ["Ute Oez", "Ute Öz", "ute oez", "nobody named", None, "../../x", "con", "!!!"]
    review = reviewed(tmp_path / "company", **given(owners))
    write_calls(review, tmp_path)
    names = list(calendars(tmp_path))
    assert len(names) == len(owners)
    assert len({name.casefold() for name in names}) == len(owners)
    assert {file.parent.name for file in tmp_path.rglob("*.ics")} == {"calls"}


def test_the_same_review_gives_the_same_bytes(tmp_path):
    review = reviewed(tmp_path / "company", **given(["Ute", "Max", None]))
    for folder in ("one", "two"):
        write_calls(review, tmp_path / folder)
    assert calendars(tmp_path / "one") == calendars(tmp_path / "two")
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_calendars_of_who_has_no_calls_any_more_go_and_other_files_stay(tmp_path):
    before = reviewed(tmp_path / "before", **given(["Ute", "Max"]))
    write_calls(before, tmp_path)
    (tmp_path / "calls" / "notes.txt").write_text("mine", encoding="utf-8")
    write_calls(reviewed(tmp_path / "after", **given(["Ute", "Ute"])), tmp_path)
    assert set(calendars(tmp_path)) == {"Ute.ics", "notes.txt"}


def test_without_calls_the_list_is_empty(tmp_path):
    write_calls(reviewed(tmp_path / "company", invoice_lines=evenly("Z", 5)), tmp_path)
    assert written(tmp_path) == []
    assert not list(tmp_path.glob("calls/*"))


@pytest.mark.parametrize(("kinds", "is_written"), [
    (["transactional_plan"], True), (quarter.KINDS, True), (["internal"], False)])
def test_calls_are_written_with_the_plan(tmp_path, monkeypatch, kinds, is_written):
    monkeypatch.setattr(quarter, "run_pages", lambda *given: [])
    monkeypatch.setattr(quarter.Batch, "list_jobs", lambda *given: [])
    folder = company(tmp_path / "company", **given(["Ute"]))
    workspace = open_workspace(folder)
    batch = quarter.Batch(workspace, review_quarter(workspace), tmp_path / "out")
    batch.run(kinds=kinds)
    internal = batch.folder / "internal"
    assert (internal / "calls.csv").is_file() is is_written
    assert (internal / "calls" / "Ute.ics").is_file() is is_written
