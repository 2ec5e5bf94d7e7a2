"""A table and a condition → triggers by which the database itself refuses to remove or change its rows."""

from __future__ import annotations

from typing import Final

from alembic import op

_REMOVED, _CHANGED = "nothing is removed from a ledger", "nothing is changed in a ledger"
_SQLITE: Final = (
    "CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{removed}'); END",
    "CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} WHEN {refused}"
    " BEGIN SELECT RAISE(ABORT, '{changed}'); END",
)
_POSTGRESQL: Final = (
    "CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{removed}'; END $$",
    "CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()",
    "CREATE FUNCTION {table}_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN IF {refused} THEN RAISE EXCEPTION '{changed}'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_unchanged()",
)


def make_append_only(table: str, refused: str) -> None:
    """Have the database refuse to remove rows of *table*, or to update them where the SQL condition *refused* holds."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        _run(statement, table, refused)


def remake_unchanged(table: str, refused: str) -> None:
    """Have the database refuse to update rows of *table*, which is append-only, where *refused* holds instead."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    statements = (
        ("DROP TRIGGER {table}_unchanged", _SQLITE[1])
        if sqlite
        else (_POSTGRESQL[2].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1),)
    )
    for statement in statements:
        _run(statement, table, refused)


def _run(statement: str, table: str, refused: str) -> None:
    filled = statement.format(table=table, refused=refused, removed=_REMOVED, changed=_CHANGED)
    op.get_bind().exec_driver_sql(filled)
