"""Which reports nobody was told of yet: what was judged by the earlier one is due again."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("alter table migaudit_reports add column told boolean not null default true")


def downgrade() -> None:
    op.execute("alter table migaudit_reports drop column told")
