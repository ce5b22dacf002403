"""Results at an address: S3, Azure, Google, SFTP, whatever fsspec can write to.

All work is done in a folder of this machine, since the tables, papermill and the browser that
prints want files. Before the pages of a quarter are made, that quarter is brought from the
address if another run has changed it there since; after, what changed here is sent, the manifest
last. A run that was interrupted is sent too; one that was killed is sent by the next one.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qbrkit.errors import SettingError
from qbrkit.run.alone import alone_in
from qbrkit.run.execution import one_line
from qbrkit.run.manifest import FILE as MANIFEST
from qbrkit.run.paths import slug, write_whole

SENT, AGAIN = Path("work", "sent.json"), Path("work", "again.json")
"""What lay at the address after the last run, and how the files here were then."""
AT_A_TIME = 50


def working_folder(address: str, workspace: Path) -> Path:
    """The folder of this machine in which the results of an address are made."""
    name = f"{slug(address)}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"
    return workspace / "out" / "elsewhere" / name


@contextmanager
def kept_at(address: str, folder: Path) -> Iterator[str]:
    """A quarter whose results are kept at an address; at no address, where they are made.

    Parameters
    ----------
    address : str
        Folder of all quarters, as ``s3://bucket/reviews``; empty for the folder itself.
    folder : Path
        The folder of the quarter on this machine. What is changed in it is sent at the end,
        whatever the end.

    Yields
    ------
    str
        Where its index lies.

    Raises
    ------
    SettingError
        If fsspec, or what it needs for this kind of address, is not installed, or the address
        cannot be read or written.
    """
    if not address:
        yield str(folder / "index.html")
        return
    place = f"{address.rstrip('/')}/{folder.name}"
    store, root = _store(place)
    with alone_in(folder):  # what is brought replaces what lies there
        try:
            _bring(store, root, folder)
        except Exception as error:  # each kind of address has its own
            raise SettingError(f"--out: {place} cannot be read: {one_line(error)}") from error
        try:
            yield f"{place}/index.html"
        finally:
            try:
                _send(store, root, folder)
            except Exception as error:
                raise SettingError(
                    f"--out: {place} cannot be written: {one_line(error)}; the pages lie in "
                    f"{folder}, and the next run sends them") from error


def _store(place: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise SettingError('--out: an address needs fsspec: pip install "qbrkit[cluster]"; or '
                           "name a folder") from error
    try:
        store, root = url_to_fs(place)
    except (ImportError, ValueError, OSError) as error:  # the first names what to install
        raise SettingError(f"--out: {place} cannot be used: {one_line(error)}") from error
    return store, root.rstrip("/")


def _bring(store: Any, root: str, folder: Path) -> None:
    """Make the folder what lies at the address, unless this machine was the last to write there."""
    try:
        manifest = store.cat_file(f"{root}/{MANIFEST}")
    except FileNotFoundError:  # nothing there: all that is here is to be sent
        (folder / SENT).unlink(missing_ok=True)
        return
    if hashlib.sha256(manifest).hexdigest() == _sent(folder)["manifest"]:
        return
    _clear(folder)
    names = {file: file[len(root):].lstrip("/") for file in store.find(root)}
    wanted = {file: folder / name for file, name in names.items()
              if not name.startswith("work/") and not _is_hidden(name)}
    for file in wanted.values():
        file.parent.mkdir(parents=True, exist_ok=True)
    store.get([*wanted], [str(file) for file in wanted.values()])
    brought = {file.relative_to(folder).as_posix() for file in wanted.values()}
    _note(manifest, {name: state for name, state in _states(folder).items()
                     if name in brought}, folder)


def _clear(folder: Path) -> None:
    """Take away what another run has replaced; what pages are made from may stay."""
    for one in [*folder.glob("*"), folder / AGAIN]:
        if one.is_dir() and one.name != "work":
            shutil.rmtree(one)
        elif not one.is_dir():
            one.unlink(missing_ok=True)


def _send(store: Any, root: str, folder: Path) -> None:
    """Send what changed, take away what is gone, and only then tell so in the manifest."""
    before, now = _sent(folder)["files"], _states(folder)
    changed = [name for name, state in now.items()
               if before.get(name) != state and name != MANIFEST]
    for parent in {f"{root}/{name}".rpartition("/")[0] for name in changed}:
        store.makedirs(parent, exist_ok=True)
    for first in range(0, len(changed), AT_A_TIME):
        _put(store, root, folder, changed[first:first + AT_A_TIME])
    gone = [f"{root}/{name}" for name in before if name not in now]
    if found := [file for file in gone if store.exists(file)]:
        store.rm(found)
    if MANIFEST in now:
        _put(store, root, folder, [MANIFEST])
        _note((folder / MANIFEST).read_bytes(), now, folder)


def _put(store: Any, root: str, folder: Path, names: Sequence[str]) -> None:
    with store.transaction:  # each file is there whole or not at all
        store.pipe({f"{root}/{name}": (folder / name).read_bytes() for name in names})


def _sent(folder: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((folder / SENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"manifest": "", "files": {}}
    return told


def _note(manifest: bytes, files: dict[str, list[int]], folder: Path) -> None:
    write_whole(folder / SENT, json.dumps({
        "manifest": hashlib.sha256(manifest).hexdigest(), "files": files}))


def _states(folder: Path) -> dict[str, list[int]]:
    """Time and size of each file by its name in the folder; those half-written are hidden."""
    names = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*"))
             if file.is_file() and file != folder / SENT}
    return {name: [file.stat().st_mtime_ns, file.stat().st_size]
            for name, file in names.items() if not _is_hidden(name)}


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
