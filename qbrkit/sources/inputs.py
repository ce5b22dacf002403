"""What a workspace is made of, as hashes: the same hash, the same figures."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb

from qbrkit.errors import DataError
from qbrkit.settings import SPARK, Settings
from qbrkit.sources.entries import Source
from qbrkit.sources.recognize import quoted

NOT_FOR_READING = {"segmentation", "potential", "contacts", "value", "year_plan", "black_ops",
                   "disclosure"}
"""Sections of qbr.toml that change no table."""
LOOKS = {"name", "accent", "logo", "reviews_per_quarter"}
"""Settings of the company that change no table."""

CHANGES_BY_ITSELF = re.compile(
    r"\b(current_date|current_time|current_timestamp|localtime|localtimestamp|now|today|random|uuid"
    r"|gen_random_uuid|getenv)\b", re.IGNORECASE)
"""SQL whose outcome depends on the day or on chance."""


def hash_files(sources: Iterable[Source]) -> str:
    """SHA-256 over the content of all source files, by source and name."""
    total = hashlib.sha256()
    for source in sources:
        for file in source.files:
            total.update(f"\0{source.name}\0{file.name}\0".encode())
            try:
                with open(file, "rb") as stream:
                    total.update(hashlib.file_digest(stream, "sha256").digest())
            except OSError as error:
                raise DataError(f"[sources] {source.name}: {file.name}: cannot be read: "
                                f"{error.strerror}; check who may read the file") from error
    return total.hexdigest()


def hash_rows(connection: duckdb.DuckDBPyConnection, readable: Mapping[str, Source]) -> str:
    """Hash over the rows that came from databases, whatever their order; empty without any."""
    total = hashlib.sha256()
    databases = [name for name, source in readable.items() if not source.files]
    for name in databases:
        ((rows,),) = connection.execute(
            f"select sum(hash(source_row)) from raw.{quoted(name)} source_row").fetchall()
        total.update(f"\0{name}\0{rows}\0".encode())
    return total.hexdigest() if databases else ""


def hash_reading(settings: Settings, sources: Iterable[Source], files: str) -> str:
    """Hash over all that decides what the tables hold; empty with a database or Spark among it.

    Parameters
    ----------
    settings : Settings
        What qbr.toml says.
    sources : iterable of Source
        The sources that are read.
    files : str
        From `hash_files`.

    Returns
    -------
    str
        SHA-256 over the files, the sections of qbr.toml that say how they are read, and
        the library itself.
    """
    if settings.engine == SPARK or any(not source.files for source in sources):
        return ""
    if CHANGES_BY_ITSELF.search(repr(settings.tables)):
        return ""
    said = tomllib.loads(settings.text)
    company = {name: value for name, value in said.pop("company", {}).items() if name not in LOOKS}
    reading = {name: section for name, section in said.items() if name not in NOT_FOR_READING}
    paths = sorted(str(file) for source in sources for file in source.files)
    text = f"{library_hash()}\0{files}\0{company!r}\0{reading!r}\0{paths!r}"
    return hashlib.sha256(text.encode()).hexdigest()


def hash_inputs(settings: Settings, files: str, rows: str, commentary: Mapping[str, str]) -> str:
    """SHA-256 over qbr.toml, all that was read, and the account managers' words."""
    total = hashlib.sha256(settings.text.encode())
    total.update(f"\0{files}\0{rows}\0".encode())
    for account, text in commentary.items():
        total.update(f"\0{account}\0{text}\0".encode())
    return total.hexdigest()


@cache
def library_hash() -> str:
    """Hash over the library and what reads for it: another version may read otherwise."""
    total = hashlib.sha256(f"{duckdb.__version__} {version('python-calamine')}".encode())
    root = Path(__file__).resolve().parents[1]
    for file in sorted([*root.rglob("*.py"), *root.rglob("*.po")]):
        total.update(file.read_bytes())
    return total.hexdigest()
