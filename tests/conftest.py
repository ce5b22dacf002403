"""What all tests share: real exports, a database server, and no silent skips in CI."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REAL_DATA = "QBRKIT_REAL_DATA"
IN_CI = os.environ.get("CI") == "true"


def pytest_configure(config: pytest.Config) -> None:
    # The cells of a notebook depend on each other: nbval needs them in their order.
    if config.getoption("nbval", default=False):
        config.option.randomly_reorganize = False


def may_skip(item: pytest.Item) -> bool:
    """In CI only what needs a thing CI may rightly lack: marked so, or real data not given."""
    optional = item.get_closest_marker("optional_service")
    no_real_data = item.get_closest_marker("real") and REAL_DATA not in os.environ
    return not IN_CI or bool(optional or no_real_data)


def fail_the_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} must not be skipped in CI. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not may_skip(item):
        fail_the_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    if report.skipped and IN_CI:
        fail_the_skip(report)
    return report


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Folder of one real export: ``real_data("northwind")``; the test carries the mark `real`."""

    def folder(name: str) -> Path:
        if REAL_DATA not in os.environ:
            pytest.skip(f"{REAL_DATA} names no folder with real exports")
        found = Path(os.environ[REAL_DATA]).resolve() / name
        assert found.is_dir(), f"{REAL_DATA} is set, and has no folder {name!r}"
        return found

    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of an empty PostgreSQL database of this session's own; the mark is `database`."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(programs[-1]) if programs else shutil.which("initdb")
    if not initdb:
        pytest.skip("PostgreSQL's server programs (initdb, pg_ctl) are not installed")
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    user = "postgres" if os.geteuid() == 0 else None     # the server refuses to run as root

    with tempfile.TemporaryDirectory(prefix="qbrkit-postgres-") as folder:
        if user:
            shutil.chown(folder, user)

        def run(*command: str) -> None:
            environment = dict(os.environ, LC_ALL="C.UTF-8", HOME=folder)
            subprocess.run(command, check=True, user=user, env=environment, cwd=folder,
                           stdout=subprocess.DEVNULL)

        data = f"{folder}/data"
        run(initdb, "-D", data, "-U", "qbr", "--auth=trust", "--no-sync", "--encoding=UTF8")
        run(pg_ctl, "start", "--wait", "-D", data, "-l", f"{folder}/log",
            "-o", f"-c listen_addresses='' -k {folder}")
        try:
            yield f"postgresql://qbr@/postgres?host={folder}"
        finally:
            run(pg_ctl, "stop", "--wait", "-m", "immediate", "-D", data)
