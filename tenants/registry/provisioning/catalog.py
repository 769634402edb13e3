"""Reading a schema back from PostgreSQL's catalogs: as DDL to replay, and as a fingerprint to compare.

Both come from the catalogs alone, so that what Django's migrations, a trigger written by hand or a later
ALTER made of a schema is what a new space gets, down to the names of its constraints.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from psycopg import sql

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
       pg_get_expr(d.adbin, d.adrelid), coll.collname
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation coll ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'
ORDER BY c.relname, a.attnum"""

# Not-null constraints are columns' business (PostgreSQL 18 lists them here too).
_CONSTRAINTS = """
SELECT c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), other.relname
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_class other ON other.oid = k.confrelid AND other.oid <> c.oid AND other.relnamespace = k.connamespace
WHERE k.connamespace = %s::regnamespace AND k.contype IN ('p', 'u', 'c', 'x', 'f')
ORDER BY k.contype = 'f', c.relname, k.conname"""

_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
WHERE c.relnamespace = %s::regnamespace
AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.relname, x.relname"""

_FUNCTIONS = """
SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.pronamespace = %s::regnamespace ORDER BY p.proname, p.oid::regprocedure::text"""

_TRIGGERS = """
SELECT c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal ORDER BY c.relname, t.tgname"""

_STORAGE = """
SELECT relname, array_to_string(reloptions, ', ') FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL ORDER BY relname"""

_OTHERS = """
SELECT relkind::text, relname FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind NOT IN ('r', 'i', 'S', 't')"""

# `kind IN ('a', 'b')` is given back in one form when Django has said it, and in another when that form is said again.
_TEXT = r"'(?:[^']|'')*'::character varying"
_TEXTS_AS_SAID = re.compile(rf"\(ARRAY\[({_TEXT}(?:, {_TEXT})*)\]\)::text\[\]")


def _rows(query: str, schema: str) -> list[tuple[Any, ...]]:
    if not connection.in_atomic_block:
        raise TransactionManagementError("A schema is described within one transaction.")
    try:
        with connection.cursor() as cursor:
            # Names of this schema come out unqualified, those of any other one qualified.
            cursor.execute("SELECT set_config('search_path', %s, true)", [_quoted(schema)])
            cursor.execute(query, [_quoted(schema)])
            return list(cursor.fetchall())
    finally:
        connection.forget()  # type: ignore[attr-defined]  # the next cursor is where it was before


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)


def _unqualified(text: str, schema: str) -> str:
    return text.replace(f"{_quoted(schema)}.", "").replace(f"{schema}.", "")


def _settled(definition: str) -> str:
    """The form that doesn't change any more, however often it is replayed."""
    return _TEXTS_AS_SAID.sub(
        lambda found: f"ARRAY[{', '.join(f'({text})::text' for text in re.findall(_TEXT, found[1]))}]", definition
    )


def tables_of(schema: str) -> list[str]:
    return sorted({row[0] for row in _rows(_COLUMNS, schema)})


def ddl_of(schema: str) -> str:
    """Statements, with no schema named, that make the same tables wherever they are run (see `replay`).

    A table is made with its constraints, which takes PostgreSQL a tenth less than altering it afterwards.
    Must be called in a transaction. Raises NotImplementedError when the schema holds a view, a partition or
    another kind of object that this doesn't know how to make again.
    """
    unknown = _rows(_OTHERS, schema)
    if unknown:
        raise NotImplementedError(
            f"The template holds {unknown}: only tables, indexes, functions and triggers are known."
        )
    bodies: dict[str, list[str]] = {}
    for table, name, kind, not_null, identity, generated, default, collation in _rows(_COLUMNS, schema):
        line = f"{_quoted(name)} {kind}"
        if collation:
            line += f" COLLATE {_quoted(collation)}"
        if generated:
            line += f" GENERATED ALWAYS AS ({default}) STORED"
        elif default is not None:
            line += f" DEFAULT {default}"
        if identity:
            line += f" GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY"
        if not_null:
            line += " NOT NULL"
        bodies.setdefault(table, []).append(line)
    references: dict[str, dict[str, list[str]]] = {table: {} for table in bodies}
    for table, name, _kind, definition, other in _rows(_CONSTRAINTS, schema):
        line = f"CONSTRAINT {_quoted(name)} {definition}"
        if other is None:
            bodies[table].append(line)
        else:
            references[table].setdefault(other, []).append(line)
    options = {table: f" WITH ({said})" for table, said in _rows(_STORAGE, schema)}
    statements: list[str] = []
    late: list[str] = []  # what two tables say of each other
    made: set[str] = set()
    for table in _in_their_order({table: set(others) for table, others in references.items()}):
        made.add(table)
        lines = list(bodies[table])
        for other, said in references[table].items():
            if other in made:
                lines += said
            else:
                late += [f"ALTER TABLE {_quoted(table)} ADD {line}" for line in said]
        statements.append(f"CREATE TABLE {_quoted(table)} ({', '.join(lines)}){options.get(table, '')}")
    statements += late
    statements += [definition for _name, definition in _rows(_FUNCTIONS, schema)]
    statements += [definition for _table, definition in _rows(_INDEXES, schema)]
    statements += [definition for _table, definition in _rows(_TRIGGERS, schema)]
    return ";\n".join(_settled(_unqualified(statement, schema)) for statement in statements)


def _in_their_order(references: dict[str, set[str]]) -> Iterator[str]:
    """Tables after those that they refer to; where that goes round in a circle, the first by name begins."""
    waiting = dict(sorted(references.items()))
    while waiting:
        free = [table for table, others in waiting.items() if not others & waiting.keys()] or [next(iter(waiting))]
        for table in free:
            del waiting[table]
            yield table


def replay(ddl: str) -> str:
    """`ddl_of`'s statements as a single one.

    At the end of each statement that holds more than a few locks PostgreSQL goes through all locks of the transaction:
    the hundredth schema made in one transaction would take three times as long as the first.
    """
    if "$replay$" in ddl or "$ddl$" in ddl:
        raise ValueError("What is replayed mustn't hold the marks that stand around it.")
    return f"DO $replay$ BEGIN EXECUTE $ddl${ddl}$ddl$; END $replay$"


def description_of(schema: str) -> list[str]:
    """One line for each column, constraint, index, function and trigger; equal for equal schemas."""
    lines = []
    for label, query in (
        ("column", _COLUMNS),
        ("constraint", _CONSTRAINTS),
        ("index", _INDEXES),
        ("function", _FUNCTIONS),
        ("trigger", _TRIGGERS),
        ("storage", _STORAGE),
        ("other", _OTHERS),
    ):
        for row in _rows(query, schema):
            settled = tuple(_settled(cell) if isinstance(cell, str) else cell for cell in row)
            lines.append(f"{label} {_unqualified(repr(settled), schema)}")
    return sorted(lines)


def fingerprint(schema: str) -> str:
    """A hash of the schema's shape: two schemas with the same one have the same tables in every respect."""
    return hashlib.sha256("\n".join(description_of(schema)).encode()).hexdigest()
