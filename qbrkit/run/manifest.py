"""manifest.json: what a run made, from what, and what became of each page."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from qbrkit.run.paths import write_whole
from qbrkit.run.shipped import shipped

SCHEMA = 1
FILE = "manifest.json"
NOTES = Path("work", "made.jsonl")
"""The pages of a run that has not ended, a line for each; the manifest takes its place."""
RECORD = {"kind", "account_id", "status", "seconds", "file", "sha256", "cause", "missing", "key"}
"""What every page record holds."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the run before; an empty one when there is none to be read."""
    nothing: dict[str, Any] = {"pages": []}
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
        is_whole = manifest["schema"] == SCHEMA and all(
            record.keys() >= RECORD for record in manifest["pages"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return nothing
    return manifest if is_whole else nothing


def recover(folder: Path) -> dict[str, Any]:
    """The manifest of the run before, with the pages of one that was ended since.

    Pages that these replaced under another name are removed.
    """
    before, noted = read_manifest(folder), _noted(folder)
    if not noted:
        return before
    new = {identity(record) for record in noted}
    remove_stale([record for record in before["pages"] if identity(record) in new], noted, folder)
    return before | {"pages": merge_pages(before["pages"], noted, folder)}


def note_page(record: Mapping[str, Any], folder: Path) -> None:
    """Keep the record of a page until the manifest is written, should the run not come to that."""
    with suppress(OSError):  # a full disk is told by what has to be written
        (folder / NOTES).parent.mkdir(parents=True, exist_ok=True)
        with open(folder / NOTES, "ab") as notes:  # a line that was cut off spoils no other
            notes.write(b"\n" + json.dumps(record).encode())


def _noted(folder: Path) -> list[dict[str, Any]]:
    """The notes that are whole, the last of each page."""
    records = {}
    with suppress(FileNotFoundError):
        for line in (folder / NOTES).read_bytes().splitlines():
            with suppress(ValueError):
                record = json.loads(line)
                if isinstance(record, dict) and record.keys() >= RECORD:
                    records[identity(record)] = record
    return [*records.values()]


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest whole; figures that are not known are null."""
    text = json.dumps({"schema": SCHEMA, **manifest}, ensure_ascii=False, indent=1,
                      allow_nan=False)
    write_whole(folder / FILE, text + "\n")
    (folder / NOTES).unlink(missing_ok=True)


def identity(record: Mapping[str, Any]) -> tuple[str, str]:
    """Which page a record is of: its kind, and the account or the territory it is about."""
    return record["kind"], record["account_id"] or record.get("name") or ""


def merge_pages(previous: Iterable[dict[str, Any]], made: Iterable[dict[str, Any]],
                folder: Path) -> list[dict[str, Any]]:
    """Records of the pages just made, and of those made before that still lie there."""
    made = list(made)
    new = {identity(record) for record in made}
    kept = [record for record in previous if identity(record) not in new
            and (record["file"] is None or (folder / record["file"]).is_file())]
    return sorted([*made, *kept], key=identity)


def remove_stale(previous: Iterable[dict[str, Any]], made: Iterable[dict[str, Any]],
                 folder: Path) -> None:
    """Remove pages of the run before that this run replaced under another name, or makes no more.

    A file that was changed by hand since is left where it is.
    """
    kept = {record["file"] for record in made}
    for record in previous:
        file = folder / record["file"] if record["file"] else None
        if file and record["file"] not in kept and file.is_file() and (
                hashlib.sha256(file.read_bytes()).hexdigest() == record["sha256"]):
            file.unlink()
            file.with_suffix(".pdf").unlink(missing_ok=True)


@cache
def kit_hash() -> str:
    """Hash over the library and its templates: a change of either makes every page anew."""
    total = hashlib.sha256()
    for root in (Path(__file__).resolve().parents[1], shipped("templates")):
        for file in sorted(root.rglob("*")):
            if file.is_file() and file.suffix in {".py", ".po", ".j2", ".css", ".json"}:
                total.update(file.relative_to(root).as_posix().encode())
                total.update(file.read_bytes())
    return total.hexdigest()


def page_key(notebook: Path, *parts: str) -> str:
    """Hash of all that a page depends on: notebook, kit, and the parts given."""
    total = hashlib.sha256(notebook.read_bytes())
    for part in (kit_hash(), *parts):
        total.update(f"{len(part)}:{part}".encode())
    return total.hexdigest()


def text_hash(values: Mapping[str, str]) -> str:
    """Hash of some named texts, whatever their order."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()
