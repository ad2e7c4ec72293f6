"""What knexfiles say, in all the ways in which they say it."""

import pytest

from analyzers.knex.directory import LOAD_EXTENSIONS
from analyzers.knex.knexfile import configurations, knexfiles, release_for
from analyzers.memory import MemoryTree


def told(source: str, path: str = "knexfile.js", **files: str):
    return configurations(MemoryTree({path: source, **files}), path)


def only(source: str, path: str = "knexfile.js", **files: str):
    (configuration,) = told(source, path, **files)
    return configuration


def test_one_configuration_without_environments():
    configuration = only("module.exports = { client: 'pg', migrations: { directory: './db/m' } };")
    assert configuration.directory.paths == ("db/m",)
    assert configuration.client == "pg"
    assert configuration.environment is None


def test_without_a_directory_it_is_migrations_beside_the_knexfile():
    configuration = only("module.exports = { client: 'pg' };", "services/a/knexfile.js")
    assert configuration.directory.paths == ("services/a/migrations",)
    assert configuration.directory.load_extensions == LOAD_EXTENSIONS


def test_production_comes_first():
    source = """
      const common = { client: 'pg', migrations: { directory: 'db' } };
      module.exports = {
        development: { ...common, migrations: { ...common.migrations, tableName: 'dev' } },
        production: { ...common, migrations: { ...common.migrations, tableName: 'prod' } },
      };
    """
    assert [(c.environment, c.table_name) for c in told(source)] == [
        ("production", "prod"),
        ("development", "dev"),
    ]


def test_an_environment_on_another_database_comes_last():
    source = """
      exports.test = { client: 'sqlite3', migrations: { directory: 't' } };
      exports.development = { client: 'postgresql', migrations: { directory: 'd' } };
    """
    assert [(c.environment, c.may_be_postgres) for c in told(source)] == [
        ("development", True),
        ("test", False),
    ]


@pytest.mark.parametrize(
    "directory",
    [
        "path.join(__dirname, 'db', 'migrations')",
        "path.resolve(__dirname, './db/migrations')",
        "__dirname + '/db/migrations'",
        "`${__dirname}/db/migrations`",
        "'./db/migrations'",
        "'db/migrations/'",
    ],
)
def test_directories_are_relative_to_the_knexfile(directory):
    source = f"""
      const path = require('path');
      module.exports = {{ client: 'pg', migrations: {{ directory: {directory} }} }};
    """
    assert only(source, "api/knexfile.js").directory.paths == ("api/db/migrations",)


def test_a_directory_above_the_knexfile():
    source = "module.exports = { client: 'pg', migrations: { directory: '../db' } };"
    assert only(source, "api/knexfile.js").directory.paths == ("db",)


def test_all_that_concerns_migrations():
    source = """
      module.exports = {
        client: 'pg',
        version: '14.2',
        migrations: {
          directory: ['a', 'b'],
          loadExtensions: ['.mjs'],
          sortDirsSeparately: true,
          tableName: 'm',
          schemaName: 's',
          disableTransactions: true,
        },
      };
    """
    configuration = only(source)
    assert configuration.directory.paths == ("a", "b")
    assert configuration.directory.load_extensions == (".mjs",)
    assert configuration.directory.sort_separately
    assert (configuration.table_name, configuration.schema_name) == ("m", "s")
    assert configuration.disable_transactions
    assert configuration.postgres == 14


@pytest.mark.parametrize(
    "source",
    [
        "module.exports = async () => ({ client: 'pg', migrations: { directory: 'm' } });",
        "module.exports = function () { return { migrations: { directory: 'm' } }; };",
        "export default { client: 'pg', migrations: { directory: 'm' } };",
        "const config = { client: 'pg', migrations: { directory: 'm' } };\nexport default config;",
    ],
)
def test_functions_promises_and_modules(source):
    assert only(source).directory.paths == ("m",)


def test_typescript():
    source = """
      import type { Knex } from 'knex';
      const config: { [key: string]: Knex.Config } = {
        production: { client: 'pg', migrations: { directory: './m', extension: 'ts' } },
      };
      export default config;
    """
    assert only(source, "knexfile.ts").directory.paths == ("m",)


def test_json():
    source = '{"client": "pg", "migrations": {"directory": "m"}}'
    assert only(source, "knexfile.json").directory.paths == ("m",)


def test_settings_from_another_file():
    source = "module.exports = require('./config');"
    files = {"config.js": "module.exports = { client: 'pg', migrations: { directory: 'm' } };"}
    tree = MemoryTree({"knexfile.js": source, **files})
    (configuration,) = configurations(tree, "knexfile.js")
    assert configuration.directory.paths == ("m",)


def test_what_only_a_run_knows_is_said_and_the_rest_is_known():
    source = """
      module.exports = {
        client: 'pg',
        connection: process.env.DATABASE_URL,
        migrations: { directory: process.env.MIGRATIONS, tableName: 'm' },
      };
    """
    configuration = only(source)
    assert configuration.directory.paths == ()
    assert configuration.table_name == "m"
    assert "MIGRATIONS" in configuration.unresolved[0].reason


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ("connection: { lock_timeout: 5000 }", "SET lock_timeout = 5000"),
        ("connection: { options: '-c lock_timeout=5s' }", "SET lock_timeout = '5s'"),
        (
            "connection: 'postgres://h/d?options=-c%20lock_timeout%3D3s'",
            "SET lock_timeout = '3s'",
        ),
        (
            "connection: { connectionString: process.env.U, statement_timeout: 1000 }",
            "SET statement_timeout = 1000",
        ),
        ("searchPath: ['a', 'public']", 'set search_path to "a","public"'),
        (
            "pool: { afterCreate: (c, done) => { c.query('SET lock_timeout = 2', done); } }",
            "SET lock_timeout = 2",
        ),
        (
            "pool: { afterCreate(c, done) { c.query('SET lock_timeout = 1', (e) => done(e)); } }",
            "SET lock_timeout = 1",
        ),
    ],
)
def test_what_every_connection_begins_with(settings, sent):
    assert only(f"module.exports = {{ client: 'pg', {settings} }};").on_connect == (sent,)


def test_knexfiles_are_found_by_their_names():
    names = ["knexfile.js", "a/knexfile.ts", "b/knexfile.cjs", "c/knexfile.prod.js"]
    others = ["knexfile.md", "a/node_modules/x/knexfile.js", "src/knex.js", "knexfile.test.ts"]
    entries = MemoryTree(dict.fromkeys([*names, *others], "")).entries()
    assert knexfiles(entries) == tuple(sorted(names))


@pytest.mark.parametrize(
    ("range_", "version"),
    [
        ("^3.1.0", "3.3.0"),
        ("3.1.0", "3.1.0"),
        ("~2.4.0", "2.4.0"),
        ("^2.0.0", "2.5.1"),
        ("^1.0.3", "1.0.7"),
        ("^0.95.11", "0.95.15"),
        ("0.21.1", "0.95.0"),
        ("~1", "1.0.7"),
        ("2.x", "2.5.1"),
        (">=2", "3.3.0"),
        ("latest", "3.3.0"),
        ("workspace:*", "3.3.0"),
        ("npm:knex@^2.5.0", "2.5.1"),
        ("^2.5.0 || ^3.0.0", "3.3.0"),
    ],
)
def test_the_release_is_the_newest_that_package_json_allows(range_, version):
    package = f'{{"devDependencies": {{"knex": "{range_}"}}}}'
    tree = MemoryTree({"package.json": package, "api/package.json": "{}"})
    assert str(release_for(tree, "api/db/1.js")) == version


def test_without_a_package_json_it_is_the_newest():
    assert str(release_for(MemoryTree({}), "a/b.js")) == "3.3.0"


def test_a_knexfile_that_only_a_run_knows_names_no_directory():
    """Nothing is guessed: the directories are then found by what their files export."""
    source = "const all = { a: { client: 'pg' } };\nmodule.exports = all[process.env.NODE_ENV];"
    configuration = only(source)
    assert configuration.directory.paths == ()
    assert "NODE_ENV" in configuration.unresolved[0].reason


def test_mappers_of_names_are_told():
    source = """
      const { knexSnakeCaseMappers } = require('objection');
      module.exports = { client: 'pg', ...knexSnakeCaseMappers() };
    """
    assert only(source).renames_identifiers
    assert only(source).client == "pg"
