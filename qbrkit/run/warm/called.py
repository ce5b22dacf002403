"""In a process apart: the call is made here, and whoever waits is told."""

import contextlib
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

_pipe: Connection | None = None
_lock = threading.Lock()


def is_apart() -> bool:
    """Whether this process is one that `call_apart` began: it harms nobody, whatever runs here."""
    return _pipe is not None


def tell(message: Any) -> None:
    """Tell whoever waits for this process that it goes on; elsewhere nobody is told."""
    if _pipe is not None:
        _send("told", message)


def answer(pipe: Connection) -> NoReturn:
    """Do what is asked on a pipe, answer, and end whatever threads are left."""
    global _pipe
    _pipe = pipe
    try:
        os.setpgid(0, 0)  # so that what it starts ends with it
        kind, content = "returned", _called(pipe)
    except BaseException as error:
        kind, content = "raised", error
    try:
        _send(kind, content)
    except Exception as error:  # what cannot be pickled must be told all the same
        _send("raised", RuntimeError(f"{type(content).__name__}: {content} ({error})"))
    finally:
        os._exit(0)  # the way out of the interpreter is the server's alone


def _called(pipe: Connection) -> Any:
    call = pipe.recv()
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    os.environ.clear()
    os.environ.update(call.environment)
    os.chdir(call.folder)
    _print_to(call.log)
    _limit_memory(call.memory_bytes)
    return call.function(*call.given)


def _send(kind: str, content: Any) -> None:
    assert _pipe is not None
    with _lock:
        _pipe.send((kind, content))


def _end_with_parent(pipe: Connection) -> None:
    """End when whoever waits for the answer is gone: nothing ever comes on the pipe but its end."""
    with contextlib.suppress(OSError, EOFError):
        pipe.recv_bytes()
    os.killpg(0, signal.SIGKILL)


def _print_to(log: Path | None) -> None:
    if log is not None:
        with open(log, "ab", buffering=0) as noise:
            for number in (1, 2):
                os.dup2(noise.fileno(), number)


def _limit_memory(memory_bytes: int | None) -> None:
    """Let this process take so much more than it was forked with."""
    if memory_bytes is not None:
        import resource

        held = next(int(line.split()[1]) * 1024 for line in
                    Path("/proc/self/status").read_text(encoding="ascii").splitlines()
                    if line.startswith("VmData:"))
        resource.setrlimit(resource.RLIMIT_DATA, (held + memory_bytes, held + memory_bytes))
