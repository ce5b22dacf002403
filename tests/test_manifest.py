"""manifest.json: what it holds, what it keeps of the run before, and what makes a page anew."""

import hashlib
import json
from pathlib import Path

import pytest

from qbrkit.run import manifest
from qbrkit.run.manifest import (
    FILE,
    SCHEMA,
    kit_hash,
    merge_pages,
    page_key,
    read_manifest,
    remove_stale,
    text_hash,
    write_manifest,
)

NOTEBOOKS = Path(__file__).parent / "notebooks"


def record(kind, account_id, folder=None, content="page", **fields):
    name = f"{kind}/{account_id or kind}.html"
    if folder is not None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    return {"kind": kind, "account_id": account_id, "name": account_id, "owner": None,
            "status": "ready", "seconds": 1.0, "file": name,
            "sha256": hashlib.sha256(content.encode()).hexdigest(), "cause": None, "missing": [],
            "key": "k", **fields}


def test_manifest_is_read_as_it_was_written(tmp_path):
    written = {"version": "1", "totals": {"lines": 2, "revenue_all": None},
               "pages": [record("external", "Ä-1")], "problems": []}
    write_manifest(tmp_path, written)
    assert read_manifest(tmp_path) == {"schema": SCHEMA, **written}
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert next(iter(json.loads(text))) == "schema"
    assert "Ä-1" in text
    assert text.endswith("}\n")


def test_figure_that_is_no_number_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_manifest(tmp_path, {"totals": {"lines": float("nan")}})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", [
    "", "{", '{"schema": 1, "pages": [', "[]", "null", "1", '"text"', "{}", '{"schema": 0}',
    '{"schema": 1}', '{"schema": 1, "pages": null}', '{"schema": 1, "pages": [1]}',
    '{"schema": 1, "pages": [{"kind": "external"}]}', '{"schema": 99, "pages": []}', "\udcff"])
def test_manifest_that_cannot_be_used_is_none(tmp_path, text):
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_manifest(tmp_path) == {"pages": []}


def test_folder_without_manifest_has_no_pages(tmp_path):
    assert read_manifest(tmp_path) == {"pages": []}
    assert read_manifest(tmp_path / "none") == {"pages": []}


def test_pages_of_the_run_before_stay_unless_made_again_or_gone(tmp_path):
    before = [record("external", "A-1", tmp_path, status="draft"),
              record("external", "A-2", tmp_path), record("external", "A-3"),
              record("internal", None, tmp_path),
              record("external", "A-4", status="failed", file=None, sha256=None)]
    made = [record("external", "A-1", tmp_path), record("black_ops", None, tmp_path)]
    merged = merge_pages(before, iter(made), tmp_path)
    assert [(one["kind"], one["account_id"]) for one in merged] == [
        ("black_ops", None), ("external", "A-1"), ("external", "A-2"), ("external", "A-4"),
        ("internal", None)]
    assert merged[1]["status"] == "ready"


def test_stale_page_is_removed_and_one_edited_by_hand_stays(tmp_path):
    before = [record("external", name, tmp_path) for name in ("left", "edited", "stays")]
    before += [record("external", "gone"), record("external", "failed", file=None, sha256=None)]
    (tmp_path / "external" / "edited.html").write_text("edited by hand")
    (tmp_path / "external" / "stranger.html").write_text("not ours")
    remove_stale(before, [before[2]], tmp_path)
    assert sorted(file.name for file in (tmp_path / "external").iterdir()) == [
        "edited.html", "stays.html", "stranger.html"]


def test_key_depends_on_notebook_kit_and_every_part(monkeypatch):
    notebook, other = NOTEBOOKS / "ready_external.ipynb", NOTEBOOKS / "draft.ipynb"
    keys = [page_key(notebook, "a"), page_key(other, "a"), page_key(notebook, "b"),
            page_key(notebook, "a", ""), page_key(notebook, "ab", "c"),
            page_key(notebook, "a", "bc")]
    monkeypatch.setattr(manifest, "kit_hash", lambda: "another kit")
    keys.append(page_key(notebook, "a"))
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 64 for key in keys)
    monkeypatch.undo()
    assert page_key(notebook, "a") == keys[0]


@pytest.fixture
def templates(tmp_path, monkeypatch):
    """A folder in place of the templates."""
    monkeypatch.setattr(manifest, "shipped", lambda name: tmp_path)
    kit_hash.cache_clear()
    yield tmp_path
    kit_hash.cache_clear()


@pytest.mark.parametrize("name", ["page.html.j2", "style.css", "conf.json"])
def test_kit_hash_changes_with_a_template(templates, name):
    seen = [kit_hash()]
    for content in ("one", "two"):
        (templates / name).write_text(content)
        kit_hash.cache_clear()
        seen.append(kit_hash())
    (templates / name).rename(templates / f"other_{name}")
    kit_hash.cache_clear()
    seen.append(kit_hash())
    assert len(set(seen)) == len(seen)


def test_kit_hash_does_not_see_what_a_page_does_not_depend_on(templates):
    before = kit_hash()
    (templates / "notes.txt").write_text("notes")
    kit_hash.cache_clear()
    assert kit_hash() == before


def test_hash_of_texts_does_not_depend_on_their_order():
    assert text_hash({"a": "1", "b": "2"}) == text_hash({"b": "2", "a": "1"})
    assert text_hash({"a": "1"}) != text_hash({"a": "2"})
