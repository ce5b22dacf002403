"""A Spark session that takes the kit's SQL as the embedded database does."""

import uuid
from collections.abc import Sequence
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Row
from pyspark.sql import functions as sf
from sqlglot import exp

from qbrkit.sources.spark.dialect import parse, relation_name, spark_sql

SPARK_ERRORS = (PySparkException, Py4JJavaError)
"""What Spark raises; the second where it does not translate what Java says."""
TYPES = {"string": "VARCHAR", "double": "DOUBLE", "float": "FLOAT", "bigint": "BIGINT",
         "int": "INTEGER", "timestamp_ntz": "TIMESTAMP"}
"""Spark's types by the embedded database's name, where the two are not the same."""
ROW_ID = "rowid"
"""Number of a row, which every table of the embedded database has."""


class SparkConnection:
    """Runs the kit's statements on Spark; its relations are views of the session.

    A table is a snapshot that the cluster keeps: what is counted, left out and summed
    are the same rows, whatever happens to the files meanwhile. An update or a delete
    replaces the view by one that shows the outcome.

    Parameters
    ----------
    session : SparkSession
        Where to run.
    """

    def __init__(self, session: Any) -> None:
        self.session = session
        self._views: dict[str, str] = {}
        self._token = uuid.uuid4().hex[:8]
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "SparkConnection":
        """Run one statement of the embedded database's dialect."""
        tree = parse(sql, parameters)
        self._rows = []
        if isinstance(tree, exp.Describe):
            frame = self._query(exp.select("*").from_(tree.this))
            self._rows = [(name, TYPES.get(kind, kind.upper())) for name, kind in frame.dtypes]
        elif isinstance(tree, exp.Create):
            self._create(tree)
        elif isinstance(tree, exp.Drop):
            for table in tree.find_all(exp.Table):
                self._views.pop(relation_name(table), None)
        elif isinstance(tree, exp.Update):
            self._update(tree)
        elif isinstance(tree, exp.Delete):
            self._delete(tree)
        else:
            self._rows = [tuple(value.asDict() if isinstance(value, Row) else value
                                for value in row) for row in self._query(tree).collect()]
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        return self._rows

    def _query(self, tree: exp.Expression) -> Any:
        return self.session.sql(spark_sql(tree, self._views))

    def _create(self, tree: exp.Create) -> None:
        frame = self._query(tree.expression)
        if tree.kind == "TABLE":
            frame = frame.drop(ROW_ID).withColumn(ROW_ID, sf.monotonically_increasing_id())
            frame = frame.localCheckpoint()
        self.register(relation_name(tree.this), frame)

    def _update(self, tree: exp.Update) -> None:
        relation, condition = relation_name(tree.this), tree.args["where"].this
        given = {one.this.name: one.expression for one in tree.expressions}
        columns = []
        for name in self.frame(relation).columns:
            column = exp.column(exp.to_identifier(name, quoted=True))
            if name in given:
                column = exp.Case().when(condition.copy(), given[name]).else_(column)
            columns.append(exp.alias_(column, name, quoted=True))
        self.register(relation, self._query(exp.select(*columns).from_(tree.this)))

    def _delete(self, tree: exp.Delete) -> None:
        relation, condition = relation_name(tree.this), tree.args["where"].this
        gone = exp.select("count(*)").from_(tree.this.copy()).where(condition.copy())
        self._rows = [tuple(row) for row in self._query(gone).collect()]
        stays = exp.Not(this=exp.Coalesce(this=condition, expressions=[exp.false()]))
        self.register(relation, self._query(exp.select("*").from_(tree.this).where(stays)))

    def register(self, relation: str, frame: Any) -> None:
        """Let SQL see a Spark DataFrame under the name of a relation: ``contract.accounts``."""
        view = self._views.setdefault(relation.lower(), f"__qbr_{self._token}_{len(self._views)}")
        frame.createOrReplaceTempView(view)

    def frame(self, relation: str) -> Any:
        """The Spark DataFrame of a relation."""
        return self.session.table(self._views[relation.lower()])

    def run(self, sql: str, sources: Sequence[str]) -> Any:
        """The Spark DataFrame of a query in Spark's dialect over sources under their own names.

        They are named within the query only: no view or table of the session is touched.
        """
        named = ", ".join(f"{spark_quoted(name)} as (select * from {self._views[name.lower()]})"
                          for name in sources)
        query = sql.strip().removesuffix(";")
        return self.session.sql((f"with {named} " if named else "")
                                + f"select * from (\n{query}\n)")

    def close(self) -> None:
        """Drop the views; DataFrames made of them stay."""
        for view in self._views.values():
            self.session.catalog.dropTempView(view)
        self._views.clear()


def spark_quoted(name: str) -> str:
    """An identifier in Spark's SQL."""
    return "`" + name.replace("`", "``") + "`"
