"""qbr.toml: every fault in one message; every cut-off with range, unit and reason, and in use."""

import ast
import pickle
from dataclasses import FrozenInstanceError, fields
from datetime import date
from pathlib import Path

import pytest

from qbrkit import errors
from qbrkit import settings as qbr
from qbrkit.errors import DataError, NotebookError, QbrError, SettingError
from qbrkit.settings import read_settings

PACKAGE = Path(qbr.__file__).parents[1]
CLASSES = {"company": qbr.Company, **qbr.SECTIONS}
CUTOFFS = {f"{section}.{entry.name}": entry for section, kind in CLASSES.items()
           for entry in fields(kind) if entry.metadata}
COMPANY = '[company]\nname = "Northwind Traders"\n'


def read(folder: Path, text: str) -> qbr.Settings:
    (folder / "qbr.toml").write_text(text, encoding="utf-8")
    return read_settings(folder)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingError) as caught:
        read(folder, text)
    return str(caught.value).splitlines()


def test_a_name_is_enough(tmp_path):
    found = read(tmp_path, COMPANY)
    assert found.company.name == "Northwind Traders"
    assert (found.company.currency, found.company.fiscal_year_start) == ("EUR", 1)
    assert found.company.reviews_per_quarter is None
    assert (found.segmentation.cut_share, found.potential.capture_rate) == (0.8, 0.3)
    assert (found.contacts.minimum, found.contacts.maximum) == (4, 11)
    assert (found.contacts.green_circle_days, found.year_plan.target_days) == (30, 75)
    assert found.value.discount_rate == 0.1
    assert found.accounts.roll_up
    assert not found.periods.allow_partial
    assert found.folder == tmp_path


def test_what_is_written_is_taken(tmp_path):
    found = read(tmp_path, """
        [company]
        name = "Ours"
        currency = "USD"
        fiscal_year_start = 10
        reviews_per_quarter = 12
        logo = ""
        [periods]
        data_from = 2024-01-01
        data_until = 2026-09-30
        allow_partial = true
        [segmentation]
        cut_share = 0.7
        [value]
        discount_rate = 0
        [sources]
        orders = "Orders.csv"
        [tables.accounts]
        sql = "select 1"
        """)
    assert (found.company.currency, found.company.reviews_per_quarter) == ("USD", 12)
    assert (found.periods.data_from, found.periods.data_until) == (date(2024, 1, 1),
                                                                   date(2026, 9, 30))
    assert found.segmentation.cut_share == 0.7
    assert found.value.discount_rate == 0
    assert found.sources == {"orders": "Orders.csv"}
    assert found.tables == {"accounts": {"sql": "select 1"}}


def test_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / "qbr.toml").write_bytes(b"\xef\xbb\xbf" + COMPANY.encode())
    assert read_settings(str(tmp_path)).company.name == "Northwind Traders"


def test_settings_cannot_be_changed(tmp_path):
    with pytest.raises(FrozenInstanceError):
        read(tmp_path, COMPANY).segmentation.cut_share = 0.5


def test_folder_without_settings_says_how_to_name_another(tmp_path):
    with pytest.raises(SettingError, match=r"no qbr\.toml in .*--workspace"):
        read_settings(tmp_path)


def test_file_that_is_no_toml_says_where_it_breaks(tmp_path):
    with pytest.raises(SettingError, match=r"qbr\.toml cannot be read: .*line 2"):
        read(tmp_path, "[company]\nname = Northwind\n")


def test_file_in_another_encoding_is_told(tmp_path):
    (tmp_path / "qbr.toml").write_bytes('[company]\nname = "Müller"\n'.encode("cp1252"))
    with pytest.raises(SettingError, match=r"qbr\.toml cannot be read: .*utf-8"):
        read_settings(tmp_path)


def test_every_fault_stands_in_one_message(tmp_path):
    told = faults(tmp_path, """
        sources = "orders.csv"
        [company]
        currency = 5
        fiscal_year_start = 13
        accent = "green"
        reviews_per_quarter = 0
        logo = true
        colour = "#000000"
        [tables.customers]
        source = "orders"
        [tables]
        accounts = "orders"
        [segment]
        cut_share = 0.7
        [segmentation]
        cut_share = 0.99
        min_history_quarters = 2.5
        [potential]
        capture_rate = "a third"
        [periods]
        data_until = "2026-09-30"
        data_from = 2024-01-01T00:00:00+02:00
        allow_partial = "yes"
        """)
    assert all(fault.startswith("qbr.toml: ") for fault in told)
    expected = [
        "sources must be a section: [sources]",
        "[company] name is missing",
        "[company] currency = 5: must be a currency code of three capitals",
        "[company] fiscal_year_start = 13: must lie from 1 to 12",
        "[company] accent = 'green': must be a color written as #0b6e4f",
        "[company] reviews_per_quarter = 0: must be a whole number above 0",
        "[company] logo = True: must be a picture written as data:image/png;base64,",
        "[company] colour is not known; allowed are name, currency",
        "[tables.customers] is no table of the contract; allowed are accounts, invoice_lines",
        "tables.accounts must be a section: [tables.accounts]",
        "[segment] is no section; allowed are accounts, black_ops",
        "[segmentation] cut_share = 0.99: must lie from 0.5 to 0.95",
        "[segmentation] min_history_quarters = 2.5: must be a whole number",
        "[potential] capture_rate = 'a third': must be a number",
        "[periods] data_until = '2026-09-30': must be a date written as 2026-09-30, unquoted",
        "[periods] data_from = datetime.datetime(2024, 1, 1, 0, 0",
        "[periods] allow_partial = 'yes': must be true or false",
    ]
    for fault in expected:
        assert any(fault in line for line in told), fault
    assert len(told) == len(expected)


@pytest.mark.parametrize("text", [
    "company = 5", "tables = 1", "tables = [1]", "segmentation = 0.8"])
def test_value_where_a_section_belongs_is_told(tmp_path, text):
    name = text.split()[0]
    assert f"qbr.toml: {name} must be a section: [{name}]" in faults(tmp_path, text)


def test_empty_name_is_no_name(tmp_path):
    assert faults(tmp_path, '[company]\nname = "  "\n') == [
        "qbr.toml: [company] name = '  ': must not be empty"]


@pytest.mark.parametrize("entry", [
    "cut_share = nan", "cut_share = inf", "cut_share = -inf", "min_history_quarters = true"])
def test_number_that_is_none_is_refused(tmp_path, entry):
    (told,) = faults(tmp_path, f"{COMPANY}[segmentation]\n{entry}\n")
    assert told.startswith(f"qbr.toml: [segmentation] {entry.split()[0]} = ")


def test_period_that_ends_before_it_begins_is_refused(tmp_path):
    assert faults(tmp_path, COMPANY + "[periods]\ndata_from = 2026-10-01\n"
                                      "data_until = 2026-09-30\n") == [
        "qbr.toml: [periods] data_from = 2026-10-01 lies after data_until = 2026-09-30"]


def test_capacity_is_taken_for_everybody_and_by_name(tmp_path):
    found = read(tmp_path, COMPANY + """[year_plan]
        capacity_minutes = 600
        [year_plan.capacity]
        "Ann Lee" = 300
        "Öz" = 0
        """).year_plan
    assert (found.minutes_per_contact, found.capacity_minutes) == (15, 600)
    assert found.capacity == {"Ann Lee": 300, "Öz": 0}
    without = read(tmp_path, COMPANY).year_plan
    assert (without.capacity_minutes, without.capacity) == (None, {})


@pytest.mark.parametrize(("entry", "fault"), [
    ("capacity_minutes = -1", "must be whole minutes from 0 to 44640"),
    ("capacity_minutes = 7.5", "must be whole minutes from 0 to 44640"),
    ("capacity_minutes = true", "must be whole minutes from 0 to 44640"),
    ("capacity = 600", "must be a section [year_plan.capacity] of names and whole minutes"),
    ('capacity = { Ann = "600" }', "must be a section [year_plan.capacity] of names and whole"),
    ("capacity = { Ann = true }", "must be a section [year_plan.capacity] of names and whole"),
    ("minutes_per_contact = 4", "must lie from 5 to 120")])
def test_capacity_that_is_no_number_of_minutes_is_refused(tmp_path, entry, fault):
    (told,) = faults(tmp_path, f"{COMPANY}[year_plan]\n{entry}\n")
    assert told.startswith(f"qbr.toml: [year_plan] {entry.split()[0]} = ")
    assert fault in told


def test_minimum_of_contacts_above_the_maximum_is_refused(tmp_path):
    assert faults(tmp_path, COMPANY + "[contacts]\nminimum = 12\n") == [
        "qbr.toml: [contacts] minimum = 12 is above maximum = 11"]


@pytest.mark.parametrize("name", CUTOFFS)
def test_cut_off_states_its_range_unit_and_reason(name):
    entry = CUTOFFS[name]
    assert entry.metadata["low"] <= entry.default <= entry.metadata["high"]
    assert entry.metadata["unit"].strip()
    assert entry.metadata["why"].strip()


@pytest.mark.parametrize("name", CUTOFFS)
def test_cut_off_may_be_set_to_both_ends_of_its_range_and_no_further(tmp_path, name):
    section, key = name.split(".")
    low, high = (CUTOFFS[name].metadata[end] for end in ("low", "high"))
    head = COMPANY if section == "company" else f"{COMPANY}[{section}]\n"
    wide = "maximum = 50\n" if name == "contacts.minimum" else ""       # the pair must agree
    wide += "minimum = 1\n" if name == "contacts.maximum" else ""
    for value in (low, high):
        found = read(tmp_path, f"{head}{wide}{key} = {value}\n")
        assert getattr(getattr(found, section), key) == value
    for value in (low - 1, high + 1):
        assert faults(tmp_path, f"{head}{wide}{key} = {value}\n") == [
            f"qbr.toml: [{section}] {key} = {value}: must lie from {low} to {high}"]


def test_every_number_among_the_settings_is_a_cut_off():
    numbers = {f"{section}.{entry.name}" for section, kind in CLASSES.items()
               for entry in fields(kind) if type(entry.default) in {int, float}}
    assert numbers == set(CUTOFFS)


def test_every_section_is_a_field_of_the_settings():
    assert {entry.name for entry in fields(qbr.Settings)} == {
        "folder", "company", "sources", "tables", "engine", "text", "words", *qbr.SECTIONS}


def settings_read(source: str) -> set[str]:
    """Settings that a module reads, as ``section.name``: directly or through a name for it."""
    tree = ast.parse(source)
    names = {section: {section} for section in CLASSES}    # a parameter named after the section
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = (zip(target.elts, node.value.elts, strict=True)
                     if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                     else [(target, node.value)])
            for name, value in pairs:
                if isinstance(name, ast.Name) and isinstance(value, ast.Attribute) \
                        and value.attr in names:
                    names[value.attr].add(name.id)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            called = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            found |= {f"{section}.{node.attr}" for section, known in names.items()
                      if called in known}
    return found


def test_settings_read_sees_direct_use_other_names_and_parameters():
    source = ("limits, other = settings.contacts, 1\nlimits.minimum\nself.settings.value.a\n"
              "def page(company): return company.logo\nother.maximum")
    assert {"contacts.minimum", "value.a", "company.logo"} <= settings_read(source)
    assert "contacts.maximum" not in settings_read(source)


@pytest.mark.parametrize("name", [f"{section}.{entry.name}" for section, kind in CLASSES.items()
                                  for entry in fields(kind)])
def test_setting_is_used(name):
    modules = [file for file in PACKAGE.rglob("*.py") if file.parent.name != "settings"]
    assert any(name in settings_read(file.read_text(encoding="utf-8")) for file in modules)


def test_every_error_is_told_without_a_traceback():
    kinds = [kind for kind in vars(errors).values()
             if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, QbrError) for kind in kinds)


def test_errors_keep_their_fields_on_the_way_between_processes():
    data = pickle.loads(pickle.dumps(DataError("what is wrong", "accounts", "parent_id")))
    assert (str(data), data.message, data.table, data.column) == (
        "what is wrong", "what is wrong", "accounts", "parent_id")
    cell = pickle.loads(pickle.dumps(NotebookError("ValueError: no", 3)))
    assert (str(cell), cell.cause, cell.cell) == ("cell 3: ValueError: no", "ValueError: no", 3)
    assert str(pickle.loads(pickle.dumps(NotebookError("kernel died")))) == "kernel died"
    assert str(pickle.loads(pickle.dumps(SettingError("quarter")))) == "quarter"
