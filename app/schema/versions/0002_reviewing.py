"""Runs that are open, groups that are gone, and what people decided in comments."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        "create table migaudit_open_runs ("
        " repository bigint not null,"
        " sha text not null,"
        " run text not null,"
        " installation bigint not null,"
        " name text not null,"
        " began_at bigint not null,"
        " primary key (repository, sha, run))"
    )
    op.execute(
        "create table migaudit_ended_groups ("
        " repository bigint not null,"
        " sha text not null,"
        " ended_at bigint not null,"
        " primary key (repository, sha))"
    )
    op.execute(
        "create table migaudit_overrides ("
        " repository bigint not null,"
        " number integer not null,"
        " rule text not null,"
        " person text not null,"
        " reason text not null,"
        " made_at bigint not null,"
        " primary key (repository, number, rule))"
    )
    op.execute(
        "create table migaudit_commands ("
        " comment bigint not null primary key,"
        " repository bigint not null,"
        " number integer not null,"
        " person text not null,"
        " taken_at bigint not null)"
    )


def downgrade() -> None:
    for table in ("commands", "overrides", "ended_groups", "open_runs"):
        op.execute(f"drop table migaudit_{table}")
