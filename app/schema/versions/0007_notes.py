"""What is known of pull requests beyond their heads."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        "create table migaudit_notes ("
        " repository bigint not null,"
        " number integer not null,"
        " about text not null,"
        " note text not null,"
        " seen_at bigint not null,"
        " primary key (repository, number, about))"
    )


def downgrade() -> None:
    op.execute("drop table migaudit_notes")
