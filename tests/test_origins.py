"""Where the text that stopped a page was written."""

import json

import pytest

from qbrkit.errors import LeakError
from qbrkit.run.leaks import Leak, guard
from qbrkit.run.origins import origin_of, texts_of_view

VIEW = {"account": {"name": "Acme"}, "commentary": "As good as **Zanzibar**, see https://e.com/a.",
        "tables": {"value_lines": [{"name": "x", "amount": 1.5, "evidence": "by Kanarie AG"}]}}


@pytest.mark.parametrize(("what", "found", "place"), [
    ("another account's name", "Zanzibar", "commentary/C%2F1.md"),
    ("another account's name", "Kanarie AG", "value_lines.evidence of the account's view"),
    ("a remote address", "://e.com/a.", "commentary/C%2F1.md"),
    ("a competitor", "Nobody", "")])
def test_the_file_or_the_column_is_named(tmp_path, what, found, place):
    file = tmp_path / "view.json"
    file.write_text(json.dumps(VIEW), encoding="utf-8")
    assert origin_of(Leak(what, found, ""), texts_of_view(file, "C/1")) == place


def test_a_view_that_is_not_there_names_nothing(tmp_path):
    assert texts_of_view(tmp_path / "none.json", "A") == {}


def test_the_refusal_says_where_it_was_written():
    with pytest.raises(LeakError, match=r"'Zanzibar' in '…of Zanzibar\.…' \(written in here\);"):
        guard(b"<p>of Zanzibar.</p>", {"a rival": ["Zanzibar"]}, origin=lambda leak: "here")
