"""One run at a time in the folder of a quarter: two would take away each other's pages."""

import datetime as dt
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qbrkit.errors import SettingError
from qbrkit.run.paths import work_folder, write_whole


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of the folder of a quarter.

    The operating system holds the lock and lets go of it when the process ends, however it
    ends, so a run that was killed keeps nobody out. That is true of network drives too, where
    these have locks; where they have none, a file stands for it that tells its process.

    Parameters
    ----------
    folder : Path
        The folder of the quarter. The lock lies beside it, among the tables that were read;
        a run may ask for it again within itself.

    Raises
    ------
    SettingError
        If another run is there; it tells which, since when, and what to do.
    OSError
        If nothing can be written there.
    """
    from filelock import FileLock, Timeout

    file = work_folder(folder.parent) / f"{folder.name}.lock"
    holder = file.with_suffix(".json")
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file, timeout=0, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise SettingError(f"{folder} is being written by another run{_told(holder)}; wait until "
                           "it has ended, or name another folder with --out") from None
    is_outermost = lock.lock_counter == 1
    try:
        if is_outermost:
            write_whole(holder, json.dumps({
                "process": os.getpid(), "machine": platform.node(),
                "since": f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M %Z}"}))
        yield
    finally:
        if is_outermost:
            holder.unlink(missing_ok=True)
        lock.release()


def _told(holder: Path) -> str:
    """Which run holds the lock; nothing in the moment before it has said so."""
    try:
        told = json.loads(holder.read_text(encoding="utf-8"))
        return f" (process {told['process']} on {told['machine']}, since {told['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
