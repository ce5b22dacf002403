"""Kernels that run this very library, and whose own noise goes to a log file, not on the screen."""

import os
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

_HOME = Path(__file__).resolve().parents[2]


def logged_kernel_manager(log: Path) -> type[AsyncKernelManager]:
    """A kernel manager class whose kernels write their stderr to a file.

    Parameters
    ----------
    log : Path
        Is appended to; several kernels may share it.
    """

    class LoggedKernelManager(AsyncKernelManager):
        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            with open(log, "ab") as noise:
                await super()._async_launch_kernel(
                    kernel_cmd, stderr=noise, **options | {"env": _environment(options)})

    return LoggedKernelManager


def _environment(options: dict[str, Any]) -> dict[str, str]:
    """In a clone that is not installed a kernel, started elsewhere, would not find the library."""
    environment = dict(options.get("env") or os.environ)
    if _HOME.name not in {"site-packages", "dist-packages"}:
        paths = [str(_HOME), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment
