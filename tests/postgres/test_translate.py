"""From SQL text to operations, each on the smallest text that asks for it."""

import pytest

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ControlTransaction,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    DropColumn,
    DropTable,
    Insert,
    Name,
    ObjectKind,
    Opaque,
    Scope,
    Select,
    SetSetting,
    Truncate,
    Type,
    Update,
)
from tests.postgres.replaying import operations


def only(sql, kind):
    (operation,) = operations(sql)
    assert isinstance(operation, kind), operation
    return operation


def texts(sql):
    return [sql[o.at.start : o.at.end] for o in operations(sql)]


def test_each_command_of_an_alter_stands_on_its_own_text_in_the_order_in_which_it_runs():
    sql = """alter table app.t * add column é numeric(8, 2) default round(1, 2) not null,
        drop column if exists b cascade, alter c type text using (c::text)"""
    assert texts(sql) == [
        "drop column if exists b cascade",
        "alter c type text using (c::text)",
        "add column é numeric(8, 2) default round(1, 2) not null",
    ]


def test_a_single_command_stands_on_the_whole_statement():
    assert texts("select 1; alter table t drop column a") == [
        "select 1",
        "alter table t drop column a",
    ]


def test_several_tables_of_one_drop_stand_on_their_names():
    sql = "drop table if exists a, app.b, c cascade"
    assert texts(sql) == ["a", "app.b", "c cascade"]
    assert {o.table for o in operations(sql)} == {Name("a"), Name("b", "app"), Name("c")}
    assert all(isinstance(o, DropTable) and o.cascade and o.if_exists for o in operations(sql))


def test_a_column_with_all_that_can_be_said_of_it():
    sql = (
        "alter table t add column p_id bigint default 7 constraint f references app.p (id)"
        " on update cascade on delete set null deferrable check (p_id > 0) not null"
    )
    column = only(sql, AddColumn).column
    assert (column.name, column.type, column.not_null) == ("p_id", Type("int8"), True)
    assert column.default is not None
    assert (column.default.sql, column.default.constant) == ("7", True)
    foreign, check = column.constraints
    reference = foreign.reference
    assert reference is not None
    assert (foreign.name, reference.table, reference.columns) == ("f", Name("p", "app"), ("id",))
    assert (reference.on_delete, reference.on_update) == ("SET NULL", "CASCADE")
    assert reference.on_delete_at is not None
    assert sql[reference.on_delete_at.start : reference.on_delete_at.end] == "on delete set null"
    assert sql[check.at.start : check.at.end] == "check (p_id > 0)"


def test_on_delete_cascade_has_a_text_of_its_own():
    sql = "alter table t add constraint f foreign key (a) references p on delete cascade not valid"
    constraint = only(sql, AddConstraint).constraint
    assert constraint.reference is not None
    at = constraint.reference.on_delete_at
    assert at is not None
    assert sql[at.start : at.end] == "on delete cascade"
    assert not constraint.valid


def test_using_that_only_casts_the_column_says_so():
    cast = only("alter table t alter a type varchar(5) using (a::varchar(5))", AlterColumnType)
    other = only("alter table t alter a type varchar(5) using substr(a, 1, 5)", AlterColumnType)
    assert cast.using is not None
    assert cast.using.cast == ("a", Type("varchar", (5,)))
    assert other.using is not None
    assert other.using.cast is None


def test_the_leading_columns_of_an_index_end_at_an_expression():
    index = only("create index concurrently i on t using gin (a, lower(b), c) where d", CreateIndex)
    assert (index.columns, index.concurrently, index.method) == (("a",), True, "gin")
    assert [key if isinstance(key, str) else key.sql for key in index.keys] == [
        "a",
        "lower(b)",
        "c",
    ]
    assert index.predicate is not None
    assert index.predicate.sql == "d"


@pytest.mark.parametrize(
    ("sql", "setting", "value", "scope"),
    [
        ("set lock_timeout = '5s'", "lock_timeout", "5s", Scope.SESSION),
        ("SET LOCAL Lock_Timeout TO 500", "lock_timeout", "500", Scope.TRANSACTION),
        ("select set_config('lock_timeout', '5s', true)", "lock_timeout", "5s", Scope.TRANSACTION),
        ("select set_config('a.b', 'c', false)", "a.b", "c", Scope.SESSION),
        ("reset lock_timeout", "lock_timeout", None, Scope.SESSION),
        ("set search_path to app, public", "search_path", "app, public", Scope.SESSION),
    ],
)
def test_settings_are_told_however_they_are_set(sql, setting, value, scope):
    operation = only(sql, SetSetting)
    assert (operation.setting, operation.value, operation.scope) == (setting, value, scope)


def test_changes_in_with_count_like_any_other():
    sql = (
        "with gone as (delete from a where id = 1 returning *) insert into b select * from gone, c"
    )
    delete, insert = operations(sql)
    assert isinstance(delete, Delete)
    assert isinstance(insert, Insert)
    assert (delete.table, insert.table, insert.sources) == (Name("a"), Name("b"), {Name("c")})
    assert delete.where is not None
    assert delete.where.compares == {"id"}


def test_update_tells_what_it_sets_and_which_rows():
    update = only("update t set a = 1, b = 2 from p where t.k = 'x' and t.p = p.id", Update)
    assert (update.columns, update.sources) == (("a", "b"), {Name("p")})
    assert update.where is not None
    assert update.where.compares == {"k"}


def test_a_do_block_runs_what_is_in_it_where_it_stands():
    sql = """DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'm') THEN
        CREATE TYPE m AS ENUM ('a');
      END IF;
      ALTER TABLE t ADD COLUMN a int;
      EXECUTE 'DROP TABLE x';
      EXECUTE format('DROP TABLE %I', 'y');
    END $$"""
    made, added, dropped, unknown = operations(sql)
    assert [sql[o.at.start : o.at.end] for o in (made, added)] == [
        "CREATE TYPE m AS ENUM ('a')",
        "ALTER TABLE t ADD COLUMN a int",
    ]
    assert (made.conditional, added.conditional) == (True, False)
    assert isinstance(dropped, DropTable)
    assert isinstance(unknown, Opaque)
    assert unknown.reason is not None


def test_a_block_that_forgives_what_is_there_already_says_if_not_exists():
    sql = """DO $$ BEGIN CREATE TYPE m AS ENUM ('a');
      EXCEPTION WHEN duplicate_object THEN NULL; END $$"""
    made = only(sql, CreateObject)
    assert (made.if_not_exists, made.conditional) == (True, False)


def test_the_body_of_a_function_does_not_run():
    made = only(
        "create function f() returns void language plpgsql security definer"
        " as $$ begin drop table t; end $$",
        CreateObject,
    )
    assert made.kind is ObjectKind.FUNCTION


def test_create_table_keeps_columns_constraints_and_where_they_stand():
    sql = """create table if not exists t (
      id serial primary key, a int constraint small check (a < 10),
      unique (id, a), constraint f foreign key (a) references p (id)
    ) partition by range (id)"""
    table = only(sql, CreateTable)
    assert [column.name for column in table.columns] == ["id", "a"]
    assert [sql[c.at.start : c.at.end] for c in table.constraints] == [
        "unique (id, a)",
        "constraint f foreign key (a) references p (id)",
    ]
    assert (table.if_not_exists, table.partition_by) == (True, "range")


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("listen x", Opaque),
        ("security label on table t is 'x'", Opaque),
        ("begin", ControlTransaction),
        ("show lock_timeout", Select),
        ("explain analyze delete from t", Delete),
        ("truncate t", Truncate),
    ],
)
def test_every_statement_becomes_some_operation(sql, kind):
    only(sql, kind)


def test_a_statement_too_deep_to_be_read_is_opaque_and_says_why():
    opaque = only("create view v as select " + " + ".join(["1"] * 500), Opaque)
    assert (opaque.kind, opaque.reason) == ("CREATE VIEW", "it is nested too deeply")


def test_dropped_columns_tell_their_options():
    dropped = only("alter table if exists t drop column if exists a cascade", DropColumn)
    assert (dropped.lenient, dropped.if_exists, dropped.cascade) == (True, True, True)
