"""Calls in a process of their own, forked from a warm one: a crash there harms nobody else."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from qbrkit.run.kernel import with_this_library

DEAF_SECONDS = 5.0
"""So long after its limit a process that does not heed it is killed."""
SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                   "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Environment in which libraries start no threads, since none lives on after a fork."""
NUMBER_BYTES = 8


class DiedError(RuntimeError):
    """A process ended without an answer; the message says how."""


class SilentError(DiedError):
    """A process was killed because nothing was heard of it for too long."""


class EndedError(RuntimeError):
    """A process was ended because nobody wants its answer any more."""


@dataclass(frozen=True)
class Call:
    """What a process apart is asked to do."""

    function: Callable[..., Any]
    given: tuple[Any, ...]
    folder: str
    environment: dict[str, str]
    log: Path | None
    memory_bytes: int | None


def can_fork() -> bool:
    """Whether processes can be forked from a warm one: not on Windows, and not safely on macOS."""
    return sys.platform.startswith("linux")


class _WarmProcess:
    """The one process that all others are forked from; started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> socket.socket:
        """Start it unless it runs, and return the socket that it listens to."""
        with self._lock:
            if self._started is None or self._control is None or self._started.poll() is not None:
                self._control, theirs = socket.socketpair()
                with theirs:
                    self._started = subprocess.Popen(
                        [sys.executable, "-P", "-m", "qbrkit.run.warm.server",
                         str(theirs.fileno())],
                        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                        env=with_this_library(os.environ) | SINGLE_THREADED)
            return self._control

    def fork(self) -> tuple[Connection, int]:
        """A pipe to a new process, and a descriptor that tells its number and how it ends."""
        control = self.start()
        here, there = socket.socketpair()
        state, states = os.pipe()
        try:
            with there, self._lock:
                socket.send_fds(control, [b"."], [there.fileno(), states])
        except OSError as error:
            here.close()
            os.close(state)
            raise DiedError("the warm process is gone") from error
        finally:
            os.close(states)
        return Connection(here.detach()), state


_warm = _WarmProcess()
_running: set[int] = set()


def warm_up() -> None:
    """Start the process that all others are forked from; it imports while others work."""
    if can_fork():
        _warm.start()


def call_apart(function: Callable[..., Any], *given: Any, log: Path | None = None,
               seconds: float | None = None, memory_bytes: int | None = None,
               told: Callable[[Any], None] = lambda message: None) -> Any:
    """Call a function in a process of its own, and wait for what it returns.

    Parameters
    ----------
    function : callable
        Of a module, called with `given`; all must be picklable.
    log : Path, optional
        Gets what the process prints.
    seconds : float, optional
        The process is killed when nothing is heard of it for so long.
    memory_bytes : int, optional
        What the process may allocate.
    told : callable
        Is called with each message that the function sends by `tell`.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    DiedError
        If the process ended without an answer; a `SilentError` if it was killed.
    EndedError
        If `end_calls` ended it.
    Exception
        What the function raised.
    """
    pipe, state = _warm.fork()
    with open(state, "rb", buffering=0) as states, pipe:
        number = int.from_bytes(states.read(NUMBER_BYTES), "big")
        if not number:
            raise DiedError("the warm process ended before it could fork")
        _running.add(number)
        try:
            with contextlib.suppress(ConnectionError):  # gone already: its state says how
                pipe.send(Call(function, given, os.getcwd(), dict(os.environ), log,
                               memory_bytes))
            return _answer(pipe, states, seconds, told)
        except DiedError as error:
            if number in _running:
                raise
            raise EndedError("its process was ended with the run") from error
        finally:  # the server ends the rest of its group, and only then reports it
            _running.discard(number)
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def end_calls() -> None:
    """End the processes of all calls that other threads wait for; each of them raises."""
    for number in [*_running]:
        _running.discard(number)
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _answer(pipe: Connection, states: Any, seconds: float | None,
            told: Callable[[Any], None]) -> Any:
    """The messages of a process until its answer."""
    while True:
        ready = wait([pipe, states], seconds)
        if pipe in ready:  # before its end: the answer may lie there when it is gone
            try:
                kind, content = pipe.recv()
            except (EOFError, ConnectionError):
                raise DiedError(_how(states)) from None
            if kind == "told":
                told(content)
            elif kind == "raised":
                raise content
            else:
                return content
        elif ready:
            raise DiedError(_how(states))
        else:
            raise SilentError(f"nothing was heard of its process for {seconds:g} seconds")


def _how(states: Any) -> str:
    """How a process ended."""
    told = states.read(NUMBER_BYTES)
    if not told:
        return "the warm process ended, and all that it had forked"
    code = int.from_bytes(told, "big", signed=True)
    if code >= 0:
        return f"its process ended by itself with code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    return f"its process was ended by {name}" + (
        ", perhaps for want of memory" if name == "SIGKILL" else "")
