"""What audits of public repositories came to, for the page of each."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        "create table migaudit_audits ("
        " run text not null primary key,"
        " repository bigint not null,"
        " said text not null,"
        " made_at bigint not null)"
    )
    op.execute("create index migaudit_audits_repository on migaudit_audits (repository)")


def downgrade() -> None:
    op.execute("drop table migaudit_audits")
