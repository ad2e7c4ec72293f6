"""Whatever a program is: it is interpreted without an error, and the same way each time."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.javascript.running import executed, up_with

NAMES = st.sampled_from(["a", "b", "knex", "rows", "f", "undefined", "process", "Math", "Promise"])
MEMBERS = st.sampled_from(
    ["raw", "length", "map", "then", "catch", "push", "x", "join", "env", "all", "slice", "call",
     "replace", "forEach", "reduce", "filter", "split", "sort", "schmea", "resolve", "keys",
     "toISOString", "getTime", "getDay", "setUTCMonth", "setDate"]
)  # fmt: skip
OPERATORS = st.sampled_from(
    ["+", "-", "*", "/", "%", "**", "==", "===", "<", "&&", "||", "??", "in", "instanceof", "&",
     ">>>"]
)  # fmt: skip
LITERALS = st.sampled_from(
    ["1", "0", "'x'", "''", "null", "undefined", "true", "[]", "{}", "`t${a}`", "/a+/g", "[1, 'b']",
     "({ a: 1, b })", "1e21", "-1", "NaN", "this", "arguments", "new Map()", "new Set([1])",
     "new Date(2024, 1)", "new Date('9999-12-31T23:59:59-10:00')", "new Date(8.64e15)"]
)  # fmt: skip


def compound(inner):
    return st.one_of(
        st.builds("({} {} {})".format, inner, OPERATORS, inner),
        st.builds("{}.{}".format, NAMES, MEMBERS),
        st.builds("({}).{}({})".format, inner, MEMBERS, inner),
        st.builds("({})?.{}".format, inner, MEMBERS),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("{}({})".format, NAMES, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("[{}, ...{}]".format, inner, inner),
        st.builds("({{ ...{}, [{}]: {} }})".format, inner, inner, inner),
        st.builds("(({}) => {})".format, NAMES.filter(lambda n: n != "undefined"), inner),
        st.builds("(async ({{ a, ...b }} = {}) => {})".format, inner, inner),
        st.builds("await ({})".format, inner),
        st.builds("!{}".format, inner),
        st.builds("typeof ({})".format, inner),
        st.builds("new ({})({})".format, inner, inner),
        st.builds("Promise.all([{}, {}])".format, inner, inner),
        st.builds("`${{{}}}-${{{}}}`".format, inner, inner),
    )


EXPRESSIONS = st.recursive(st.one_of(NAMES, LITERALS), compound, max_leaves=8)


def blocks(inner):
    return st.one_of(
        st.builds("if ({}) {{ {} }} else {{ {} }}".format, EXPRESSIONS, inner, inner),
        st.builds("for (const a of {}) {{ {} }}".format, EXPRESSIONS, inner),
        st.builds("for (let i = 0; i < {}; i++) {{ {} }}".format, EXPRESSIONS, inner),
        st.builds("for (const b in {}) {{ {} break }}".format, EXPRESSIONS, inner),
        st.builds("while ({}) {{ {} }}".format, EXPRESSIONS, inner),
        st.builds("do {{ {} }} while ({})".format, inner, EXPRESSIONS),
        st.builds("try {{ {} }} catch (e) {{ {} }} finally {{ {} }}".format, inner, inner, inner),
        st.builds("switch ({}) {{ case {}: {} default: {} }}".format, EXPRESSIONS, EXPRESSIONS,
                  inner, inner),
        st.builds("{{ const f = async (b) => {{ {} }}; f({}) }}".format, inner, EXPRESSIONS),
        st.builds("{} {}".format, inner, inner),
        st.builds("l: for (;;) {{ {} break l }}".format, inner),
    )  # fmt: skip


SIMPLE = st.one_of(
    st.builds("a = {};".format, EXPRESSIONS),
    st.builds("b.x = {};".format, EXPRESSIONS),
    st.builds("a += {};".format, EXPRESSIONS),
    st.builds("{{ const [a, {{ b = {} }} = {{}}] = {}; }}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("await knex.raw({});".format, EXPRESSIONS),
    st.builds("knex.raw({}).then(() => {});".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("return {};".format, EXPRESSIONS),
    st.builds("throw {};".format, EXPRESSIONS),
    st.builds("{};".format, EXPRESSIONS),
    st.just("continue;"),
)
STATEMENTS = st.recursive(SIMPLE, blocks, max_leaves=6)
PROGRAMS = st.lists(STATEMENTS, max_size=4).map("\n".join)
BEGINNING = "let a = 'x', b = { x: 1 }; const rows = await knex('t'), f = (x) => x; "

STEPS = 10_000
QUICK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@QUICK
@given(PROGRAMS)
def test_a_generated_program_is_interpreted_the_same_way_each_time(body):
    text = up_with(BEGINNING + body)
    assert executed(text, steps=STEPS) == executed(text, steps=STEPS)


@QUICK
@given(st.text(alphabet=" \n'\"`$(){}[];:,.=>!?&|+-*/0aéx😀\\", max_size=80))
def test_any_text_is_interpreted_without_an_error(text):
    executed(text, steps=STEPS)
    executed(up_with(text), steps=STEPS)


@QUICK
@given(PROGRAMS, st.data())
def test_a_program_with_a_slip_is_interpreted_without_an_error(body, data):
    text = up_with(BEGINNING + body)
    start = data.draw(st.integers(0, len(text)))
    executed(text[:start] + text[start + data.draw(st.integers(1, 8)) :], steps=STEPS)
