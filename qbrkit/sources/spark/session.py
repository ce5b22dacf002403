"""The Spark session: the one that is there, else one of our own."""

import atexit
import os
import re
import shutil
import warnings
from pathlib import Path
from typing import Any

from qbrkit.errors import SettingError
from qbrkit.settings import Settings

QUIET = Path(__file__).with_name("log4j2.properties")
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
OURS = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false"}
"""What a session that is started here is set to, unless qbr.toml says otherwise."""
DEEP = "-Xss16m"  # one statement reads a whole contract table: the parser goes deep


def open_session(settings: Settings) -> Any:
    """The session of spark-submit, of a notebook or of Spark Connect; else a new one.

    A new one runs where the environment or ``[spark]`` in qbr.toml says, else on all
    cores of this machine; it ends with the program. A session that is there keeps its
    settings, and is never ended.

    Returns
    -------
    SparkSession

    Raises
    ------
    SettingError
        If pyspark or Java is missing, or Spark does not start.
    """
    try:
        import sqlglot  # noqa: F401  translates the kit's SQL
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SettingError('engine = "spark" needs a package that is not there '
                           f'({error.name}): pip install "qbrkit[spark]"') from error
    # What is handed over is small and plain, and the tests hold it against the embedded engine.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    if (active := SparkSession.getActiveSession()) is not None:
        return active
    wanted = _configuration(settings)
    is_remote = "SPARK_REMOTE" in os.environ or wanted.get("spark.remote")
    if not is_remote and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise SettingError('engine = "spark" needs Java 17 or newer on this machine: install it, '
                           "or name its folder in the environment as JAVA_HOME")
    builder = SparkSession.builder.appName("qbrkit")
    for name, value in wanted.items() if is_remote else (OURS | wanted | _java(wanted)).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError, ImportError, RuntimeError) as error:
        raise SettingError(f"Spark does not start: {told_by_spark(error)}; check Java (17 "
                           "or newer), JAVA_HOME and [spark] in qbr.toml") from error
    atexit.register(session.stop)
    return session


def _configuration(settings: Settings) -> dict[str, str]:
    """What ``[spark]`` says, in Spark's names."""
    given = {name: str(value).lower() if isinstance(value, bool) else str(value)
             for name, value in settings.spark.config.items()}
    return given | ({"spark.master": settings.spark.master} if settings.spark.master else {})


def _java(wanted: dict[str, str]) -> dict[str, str]:
    """Room for long statements, and errors only from the first line on.

    What a configuration says of stack or logging stands.
    """
    options = [wanted.get(JAVA_OPTIONS, "")]
    if "-Xss" not in options[0]:
        options.append(DEEP)
    if "SPARK_CONF_DIR" not in os.environ and "log4j" not in options[0]:
        options.append(f"-Dlog4j2.configurationFile={QUIET.as_uri()}")
    return {JAVA_OPTIONS: " ".join(options).strip()}


def told_by_spark(error: BaseException) -> str:
    """What Spark says of an error, without its plan and its stack: the innermost cause."""
    causes = re.findall(r"\[[A-Z][A-Z_.]+\] (.+)", str(error))
    lines = [line.strip(": ") for line in str(error).splitlines() if line.strip(": ")]
    if len(lines) > 1 and lines[0].startswith("An error occurred while calling"):
        lines = lines[1:]  # the Java error stands below the bridge's own sentence
    told = causes[-1] if causes else lines[0] if lines else type(error).__name__
    told = re.sub(r" *SQLSTATE: .*$", "", told)[:300]
    if told.startswith("Malformed CSV record"):
        told += ("; its fields are not as many as those of the first row: repair the row, or check "
                 "delimiter and quote of the source")
    return told
