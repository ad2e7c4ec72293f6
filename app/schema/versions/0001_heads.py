"""The newest known head of each pull request."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        "create table migaudit_heads ("
        " repository bigint not null,"
        " number integer not null,"
        " sha text not null,"
        " updated_at bigint not null,"
        " seen_at bigint not null,"
        " primary key (repository, number))"
    )
    op.execute("create index migaudit_heads_sha on migaudit_heads (repository, sha)")


def downgrade() -> None:
    op.execute("drop table migaudit_heads")
