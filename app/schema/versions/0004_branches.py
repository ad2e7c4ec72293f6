"""Which branches pull requests come from, and which they go into."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "create table migaudit_branches ("
        " repository bigint not null,"
        " name text not null,"
        " is_base boolean not null,"
        " seen_at bigint not null,"
        " primary key (repository, name))"
    )


def downgrade() -> None:
    op.execute("drop table migaudit_branches")
