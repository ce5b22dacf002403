"""File names made from data stay in their folder, and a file is written whole or not at all."""

import os
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbrkit.run.paths import named_slug, slug, unique_slugs, write_whole

SAFE = set(string.ascii_letters + string.digits + "-")
HOSTILE = ["../../etc", "..", ".", "/", "A/1", "A-1", "a-1", "a 1", "A\\1", "CON", "con", "nul",
           "COM1", "Ä", "ä", "ae", "", " ", "\0", "📈", "🙂🙂", "漢字", "-", "--help", "~root",
           "a" * 300, "a" * 301, "A" * 300, "C:evil", "x.html", "a\nb", "%2e%2e", "$HOME"]


@pytest.mark.parametrize("text", HOSTILE)
def test_slug_is_a_plain_name(text):
    name = slug(text)
    assert name
    assert set(name) <= SAFE
    assert len(name) <= 42
    assert not name.startswith("-")


@pytest.mark.parametrize(("text", "name"), [
    ("../../etc", "etc"), ("Müller & Söhne KG", "Mueller-Soehne-KG"), ("A/1", "A-1"), ("", "x"),
    ("Łódź Øst", "Lodz-Ost"), ("00123", "00123"), ("CON", "x-CON"), ("lpt9", "x-lpt9"),
    ("Console", "Console"), ("a" * 300, "a" * 40),
])
def test_slug_can_be_read(text, name):
    assert slug(text) == name


def test_hostile_ids_get_names_of_their_own_inside_the_folder(tmp_path):
    slugs = unique_slugs(HOSTILE)
    assert list(slugs) == HOSTILE
    assert len({name.casefold() for name in slugs.values()}) == len(HOSTILE)
    for name in slugs.values():
        assert (tmp_path / f"{name}.json").resolve().parent == tmp_path.resolve()


def test_only_ids_that_meet_get_a_longer_name():
    slugs = unique_slugs(["A-001", "A/1", "A-1"])
    assert slugs["A-001"] == "A-001"
    assert slugs["A/1"].startswith("A-1-")
    assert slugs["A-1"].startswith("A-1-")


def test_name_of_an_id_does_not_depend_on_the_order():
    assert unique_slugs(HOSTILE) == unique_slugs(reversed(HOSTILE))


def test_id_that_looks_like_the_longer_name_of_another_is_kept_apart():
    longer = unique_slugs(["A/1", "A-1"])["A/1"]
    slugs = unique_slugs(["A/1", "A-1", longer])
    assert len({name.casefold() for name in slugs.values()}) == 3


@given(st.sets(st.text(max_size=60), max_size=12))
def test_names_are_plain_and_unique_whatever_the_ids(ids):
    names = [name.casefold() for name in unique_slugs(ids).values()]
    assert len(set(names)) == len(ids)
    assert all(set(name) <= SAFE for name in names)


def test_account_that_is_known_by_its_id_alone_is_named_once():
    assert named_slug("Gruener-Laden", "Grüner Laden", "GRÜNER LADEN") == "Gruener-Laden"
    assert named_slug("A-1-0a1b2c3d", "A/1", "A 1") == "A-1-0a1b2c3d"
    assert named_slug("A-1", "A-1", "Grüner Laden") == "A-1_Gruener-Laden"


def test_written_file_is_whole_and_alone(tmp_path):
    file = tmp_path / "new" / "folder" / "page.html"
    write_whole(file, "Größe\n")
    assert file.read_bytes() == "Größe\n".encode()
    write_whole(file, b"\x00\xff")
    assert file.read_bytes() == b"\x00\xff"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("name", ["replace", "write_bytes"])
def test_old_file_stays_when_writing_fails(tmp_path, monkeypatch, name):
    file = tmp_path / "page.html"
    write_whole(file, "old")

    def fail(*arguments):
        raise OSError("disk full")

    if name == "replace":
        monkeypatch.setattr(os, name, fail)
    else:
        monkeypatch.setattr(f"pathlib.Path.{name}", fail)
    with pytest.raises(OSError, match="disk full"):
        write_whole(file, "new")
    monkeypatch.undo()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_text_that_cannot_be_encoded_leaves_nothing_behind(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "page.html", "\ud800")
    assert list(tmp_path.iterdir()) == []
