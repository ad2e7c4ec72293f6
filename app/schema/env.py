"""What alembic runs to bring the connection that it is given up to date."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], version_table="migaudit_schema"
)
with context.begin_transaction():
    context.run_migrations()
