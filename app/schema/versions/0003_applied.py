"""What environments report as applied, and the tokens that they report with."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        "create table migaudit_reports ("
        " repository bigint not null,"
        " environment text not null,"
        " names text not null,"
        " received_at bigint not null,"
        " primary key (repository, environment))"
    )
    op.execute(
        "create table migaudit_tokens ("
        " digest text not null primary key,"
        " installation bigint not null,"
        " repository bigint not null,"
        " name text not null,"
        " created_at bigint not null)"
    )
    op.execute("create index migaudit_tokens_repository on migaudit_tokens (repository)")


def downgrade() -> None:
    op.execute("drop table migaudit_tokens")
    op.execute("drop table migaudit_reports")
