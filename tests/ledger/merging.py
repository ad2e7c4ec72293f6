"""Migrations that are merged one after the other, and a configuration that says who is asked."""

from analyzers.settings import PATH

SECOND = "migrations/20240102000000_teams.js"
THIRD = "migrations/20240103000000_groups.js"


def creates(table):
    return (
        f"exports.up = (knex) => knex.schema.createTable('{table}', (table) => {{\n"
        "  table.bigIncrements('id');\n});\n"
        f"exports.down = (knex) => knex.schema.dropTable('{table}');\n"
    )


def merge(world, path, table):
    """Another migration on the base branch; the commit before it is returned."""
    before = world.repository.branch_sha("main")
    world.repository.commit("main", {path: creates(table)})
    return before


def configure(world, text):
    world.repository.commit("main", {PATH: f"environments: {{production: {{{text}}}}}\n"})


def allow_deployments(world):
    world.installation.permissions["deployments"] = "read"
