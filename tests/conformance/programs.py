"""Migrations that nobody wrote: control flow of all kinds around Knex's builders."""

from warnings import catch_warnings, simplefilter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

TABLES = st.sampled_from(["'users'", "'orders'", "'shop.items'", "`${x}s`", "names[0]"])
COLUMNS = st.sampled_from(
    ["'id'", "'user_id'", "'createdAt'", "x", "`${x}_id`", "x + '_at'", "names[1]", "x.slice(1)",
     "names.concat(x).join('_')", "x.replace('i', 'y')", "[x, 'of'].reverse().join('-')"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["1", "'it\\'s'", "null", "true", "-2.5", "x", "knex.fn.now()", "knex.raw('??', [x])", "[1, 2]",
     "{ a: x }", "i", "names.length", "`${i}`", "i % 2 === 0", "undefined ?? x"]
)  # fmt: skip
LISTS = st.sampled_from(
    ["names", "['a', 'b']", "[...names, x]", "Object.keys({ k: 1, l: 2 })",
     "names.map((n) => n + 1)", "names.filter((n) => n !== x)", "[]", "'a,b'.split(',')",
     "names.slice().sort()"]
)  # fmt: skip
TESTS = st.sampled_from(
    ["x === 'kind'", "i > 1", "names.includes(x)", "!x", "typeof i === 'number'", "i++ < 2",
     "knex.client.config.client === 'pg'", "knex.client.config.client.includes('sqlite')"]
)  # fmt: skip
QUESTIONS = st.one_of(
    st.builds("await knex.schema.hasTable({})".format, TABLES),
    st.builds("await knex.schema.hasColumn({}, {})".format, TABLES, COLUMNS),
    st.builds("!(await knex.schema.hasTable({}))".format, TABLES),
    st.builds("(await knex({}).select({})).length > 0".format, TABLES, COLUMNS),
    TESTS,
)

MODIFIERS = st.lists(
    st.one_of(
        st.sampled_from([".notNullable()", ".nullable()", ".unique()", ".index()", ".primary()",
                         ".unsigned()", ".references('users.id').onDelete('CASCADE')",
                         ".references('id').inTable('users')"]),
        st.builds(".defaultTo({})".format, VALUES),
        st.builds(".comment({})".format, COLUMNS),
    ),
    max_size=3,
).map("".join)  # fmt: skip
TYPES = st.sampled_from(
    ["string", "text", "integer", "bigInteger", "boolean", "uuid", "jsonb", "timestamp", "date",
     "decimal", "float", "increments", "binary"]
)  # fmt: skip
ADDITIONS = st.one_of(
    st.builds("t.{}({}){};".format, TYPES, COLUMNS, MODIFIERS),
    st.builds("t.enu({}, {}){};".format, COLUMNS, LISTS.filter(lambda one: one != "[]"), MODIFIERS),
    st.builds("t.index([{}, {}]);".format, COLUMNS, COLUMNS),
    st.builds("t.unique([{}], {{ indexName: {} }});".format, COLUMNS, COLUMNS),
    st.builds("t.foreign({}).references('id').inTable({});".format, COLUMNS, TABLES),
    st.just("t.timestamps(true, true);"),
)
CHANGES = st.one_of(
    ADDITIONS,
    st.builds("t.dropColumn({});".format, COLUMNS),
    st.builds("t.renameColumn({}, {});".format, COLUMNS, COLUMNS),
    st.builds("t.{}({}).alter();".format, TYPES.filter(lambda one: one != "increments"), COLUMNS),
    st.builds("t.setNullable({});".format, COLUMNS),
    st.builds("t.dropForeign({});".format, COLUMNS),
    st.builds("t.dropIndex([{}]);".format, COLUMNS),
)


def bodies(parts):
    """What a callback does with its table: some of it in conditions and loops."""
    return st.lists(
        st.one_of(
            parts,
            parts,
            st.builds("if ({}) {{ {} }} else {{ {} }}".format, TESTS, parts, parts),
            st.builds("for (const one of {}) {{ const x = one; {} }}".format, LISTS, parts),
            st.builds("{}.forEach((x, i) => {{ {} }});".format, LISTS, parts),
        ),
        min_size=1,
        max_size=4,
    ).map(" ".join)


PLACES = st.sampled_from(["knex.schema", "knex.schema.withSchema('shop')"])
QUERIES = st.one_of(
    st.builds("{}.createTable({}, (t) => {{ {} }})".format, PLACES, TABLES, bodies(ADDITIONS)),
    st.builds("{}.alterTable({}, (t) => {{ {} }})".format, PLACES, TABLES, bodies(CHANGES)),
    st.builds("{}.alterTable({}, (t) => {{ {} }})".format, PLACES, TABLES, bodies(CHANGES)),
    st.builds("{}.dropTableIfExists({})".format, PLACES, TABLES),
    st.builds("knex.schema.renameTable({}, {})".format, TABLES, TABLES),
    st.builds("knex.raw('update ?? set a = ?', [{}, {}])".format, TABLES, VALUES),
    st.builds("knex.raw(`create index on ${{{}}} (${{{}}})`)".format, TABLES, COLUMNS),
    st.builds("knex({}).insert({{ [{}]: {}, z: {} }})".format, TABLES, COLUMNS, VALUES, VALUES),
    st.builds("knex({}).where({{ a: {} }}).update({}, {})".format, TABLES, VALUES, COLUMNS, VALUES),
    st.builds("knex({}).whereIn({}, {}).del()".format, TABLES, COLUMNS, LISTS),
    st.builds("knex({}).whereNull({}).orWhere({}, '>', 3).update({{ a: 1 }})".format,
              TABLES, COLUMNS, COLUMNS),
)  # fmt: skip
STEPS = st.one_of(
    QUERIES.map("await {};".format),
    QUERIES.map("await {};".format),
    st.builds("await {}.then(() => {});".format, QUERIES, QUERIES),
    st.builds("await Promise.all({}.map((x) => {}));".format, LISTS, QUERIES),
    st.builds("await Promise.all([{}, {}]);".format, QUERIES, QUERIES),
    st.builds("await knex.transaction(async (knex) => {{ await {}; await {}; }});".format,
              QUERIES, QUERIES),
    st.builds("for (const row of await knex({}).select('*')) {{ await knex('users')"
              ".where({{ id: row.id }}).update({{ a: row.a, b: {} }}); }}".format, TABLES, VALUES),
    st.builds("x = {};".format, COLUMNS),
    st.builds("names.push({});".format, COLUMNS),
    st.just("i += 1;"),
)  # fmt: skip


def blocks(inner):
    return st.one_of(
        st.builds("if ({}) {{ {} }} else {{ {} }}".format, QUESTIONS, inner, inner),
        st.builds("if ({}) {{ {} return; }}".format, QUESTIONS, inner),
        st.builds("for (const one of {}) {{ const x = one; {} }}".format, LISTS, inner),
        st.builds("for (let i = 0; i < 2; i++) {{ {} if ({}) continue; {} }}".format,
                  inner, TESTS, inner),
        st.builds("while (i++ < 3) {{ {} if ({}) break; }}".format, inner, TESTS),
        st.builds("try {{ {} }} finally {{ {} }}".format, inner, inner),
        st.builds("try {{ {} throw new Error(x); }} catch (e) {{ x = e.message; {} }}".format,
                  inner, inner),
        st.builds("switch (x) {{ case 'kind': {} break; case 'id': {} default: {} }}".format,
                  inner, inner, inner),
        st.builds("{{ const again = async (x, i = 1) => {{ {} }}; await again({}); "
                  "await again({}, 2); }}".format, inner, COLUMNS, COLUMNS),
        st.builds("{} {}".format, inner, inner),
    )  # fmt: skip


BODIES = st.recursive(STEPS, blocks, max_leaves=5)
START = "let x = 'kind', i = 0; const names = ['id', 'kind'];"
CONFIGS = st.sampled_from(["", "", "", "exports.config = { transaction: false };\n"])


MIGRATIONS = st.builds(
    "exports.up = async (knex) => {{ {} {} }};\n"
    "exports.down = async (knex) => {{ {} {} }};\n{}".format,
    st.just(START),
    BODIES,
    st.just(START),
    BODIES,
    CONFIGS,
)

EXACT = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def generated(count: int) -> list[str]:
    """So many migrations, the same ones each time."""
    found: list[str] = []

    @settings(EXACT, max_examples=count, phases=[Phase.generate])
    @given(MIGRATIONS)
    def collect(migration: str) -> None:
        found.append(migration)

    with catch_warnings():
        simplefilter("ignore", HypothesisWarning)
        collect()
    return found
