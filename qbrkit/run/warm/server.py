"""The warm process: it imports what notebooks need, and forks a process for each call.

It holds no thread, since a fork takes along only the one that forks, with the locks of all.
"""

import contextlib
import gc
import importlib
import os
import pkgutil
import select
import signal
import socket
import sys
from multiprocessing.connection import Connection
from typing import NoReturn

from qbrkit.run.warm.apart import NUMBER_BYTES

EXIT_OF_PARENT = 0
PRELOADED = ("matplotlib.pyplot", "nbconvert", "pandas", "papermill", "qbrkit.disclosure",
             "qbrkit.run.export", "qbrkit.run.pages", "qbrkit.run.warm.engine",
             "qbrkit.run.warm.shell")


def main(descriptor: int) -> NoReturn:
    """Serve the process that started this one, until that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits decides what ends
    _import_all()
    wakeup, alarm = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(alarm, False)
    signal.set_wakeup_fd(alarm)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    states: dict[int, int] = {}
    with socket.socket(fileno=descriptor) as control:
        while True:
            ready, *_ = select.select([control.fileno(), wakeup], [], [])
            if wakeup in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wakeup, 4096)
                _report(states)
            if control.fileno() in ready:
                message, (*given,), *_ = socket.recv_fds(control, 1, 2)
                if not message:
                    _end_all(states)
                pipe, state = given
                number = os.fork()
                if not number:
                    for one in (control.detach(), wakeup, alarm, state, *states.values()):
                        os.close(one)
                    _become_apart(pipe)
                os.close(pipe)
                states[number] = state
                os.write(state, number.to_bytes(NUMBER_BYTES, "big"))


def _import_all() -> None:
    """What nearly every notebook imports, once; what is then in memory is shared by all."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    for name in PRELOADED:
        importlib.import_module(name)
    from qbrkit import report
    from qbrkit.languages import known_languages
    from qbrkit.report.language import language

    for module in pkgutil.walk_packages(report.__path__, f"{report.__name__}."):
        importlib.import_module(module.name)
    for code in known_languages():
        language(code)

    gc.collect()
    gc.freeze()  # the collector must not touch, and so copy, what is shared


def _report(states: dict[int, int]) -> None:
    """Tell how processes ended, and end what they had started and left."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        except ChildProcessError:
            return
        if ended is None:
            return
        with contextlib.suppress(OSError):
            os.killpg(ended.si_pid, signal.SIGKILL)
        _, status = os.waitpid(ended.si_pid, 0)
        code = os.waitstatus_to_exitcode(status)
        state = states.pop(ended.si_pid)
        with contextlib.suppress(OSError):  # nobody waits any more
            os.write(state, code.to_bytes(NUMBER_BYTES, "big", signed=True))
        os.close(state)


def _end_all(states: dict[int, int]) -> NoReturn:
    for number in states:
        with contextlib.suppress(OSError):
            os.killpg(number, signal.SIGKILL)
    os._exit(EXIT_OF_PARENT)


def _become_apart(pipe: int) -> NoReturn:
    """In the new process: leave the server's ways behind, and do what is asked."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from qbrkit.run.warm import called

    called.answer(Connection(pipe))


if __name__ == "__main__":
    main(int(sys.argv[1]))
