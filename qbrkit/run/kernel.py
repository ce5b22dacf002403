"""Kernels that run this very library, and whose own noise goes to a log file, not on the screen."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

_HOME = Path(__file__).resolve().parents[2]


def logged_kernel_manager(log: Path) -> "type[AsyncKernelManager]":
    """A kernel manager class whose kernels write their stderr to a file.

    Parameters
    ----------
    log : Path
        Is appended to; several kernels may share it.
    """
    from jupyter_client.manager import AsyncKernelManager

    class LoggedKernelManager(AsyncKernelManager):
        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            environment = with_this_library(options.get("env") or os.environ)
            with open(log, "ab") as noise:
                await super()._async_launch_kernel(
                    kernel_cmd, stderr=noise, **options | {"env": environment})

    return LoggedKernelManager


def with_this_library(environment: Mapping[str, str]) -> dict[str, str]:
    """Environment in which a process started elsewhere finds a clone that is not installed."""
    environment = dict(environment)
    if _HOME.name not in {"site-packages", "dist-packages"}:
        paths = [str(_HOME), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment
