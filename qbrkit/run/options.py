"""Options of the command line that mean more than a value."""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

MAKING_PAGES = {"run", "external", "internal", "black-ops", "plan"}
"""Verbs whose results may be kept at an address."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class Results(click.Path):
    """Where the results go: a folder, or as a text an address that fsspec can write to."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None,
                ctx: click.Context | None) -> Any:
        """A `Path` for a folder, the text itself for an address; Windows' ``C:/`` is a folder."""
        if not (isinstance(value, str) and _ADDRESS.match(value)):
            return super().convert(value, param, ctx)
        if ctx and ctx.info_name not in MAKING_PAGES:
            self.fail(f"only {', '.join(sorted(MAKING_PAGES))} write to an address; name a folder",
                      param, ctx)
        return value


def folder_of(out: Path | str | None, workspace: Path) -> Path | None:
    """The folder of this machine in which results are made, also those of an address."""
    if not isinstance(out, str):
        return out
    from qbrkit.run.elsewhere import working_folder

    return working_folder(out, workspace)


def address_given() -> str:
    """The address that the running command's results go to; empty for a folder."""
    context = click.get_current_context(silent=True)
    out = context.params.get("out") if context else None
    return out if isinstance(out, str) else ""


def with_scheduler(verb: Callable) -> Callable:
    """The option of verbs whose external pages a cluster may make."""

    @click.option("--scheduler", default="", metavar="tcp://HOST:8786",
                  help="Have external pages made by the workers of this Dask scheduler.")
    @functools.wraps(verb)
    def checked(*args: Any, scheduler: str, **options: Any) -> Any:
        if scheduler:  # told before the exports are read, not after
            from qbrkit.run.cluster import opened_cluster

            with opened_cluster(scheduler):
                pass
        return verb(*args, scheduler=scheduler, **options)
    return checked
