"""A suppression that hides nothing

It stays in the file as a claim that something dangerous is going on there, and it hides the next
finding of that rule which really is. It may stand on the wrong line, the code may have been made
safe since, the word after `migaudit-` may be misspelt, or the rule may be one that no file can
switch off: applied migrations stay as they are, whatever a comment in them says.

- `migaudit-disable-next-line` covers the next line that holds more than comments,
- `migaudit-disable-line` covers its own line,
- `migaudit-disable` covers the whole file, or all of an SQL text, at the top of which it stands.

What counts are the comments of JavaScript, TypeScript and
[SQL](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS); text in
a string is none.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  // migaudit-disable-next-line drop-table -- replaced by clients // expect: unused-suppression
  await knex.schema.createTable('clients', (table) => table.bigIncrements());
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  // migaudit-disable-next-line drop-table -- empty since 2019, see the runbook
  await knex.schema.dropTable('customers');
};
```

## When it is fine

Never: remove it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import IdleDirective, Slip
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.spelling import nearest
from analyzers.suppressions import DISABLE, NEXT_LINE, VERBS

rule = Rule(__name__, __doc__, severity=Severity.NOTICE, suppressible=False)

REMOVE = "Remove it."


@rule.on_idle_directive
def check(idle: IdleDirective) -> Iterator[Finding]:
    verb, place = idle.directive.verb, idle.directive.place
    match idle.slip:
        case Slip.UNUSED:
            message = f"There is nothing of {code(idle.rule)} that this hides."
            yield rule.finding(place, message, advice=REMOVE)
        case Slip.NOT_SUPPRESSIBLE:
            message = f"{code(idle.rule)} cannot be suppressed in a file: this hides nothing."
            yield rule.finding(place, message, advice=REMOVE)
        case Slip.MISPLACED if verb == DISABLE:
            message = f"{code(verb)} counts at the top of a file only: here it hides nothing."
            yield rule.finding(place, message, advice=f"Move it there, or write `{NEXT_LINE}`.")
        case Slip.MISPLACED:
            message = "There is no line of code below this: it hides nothing."
            yield rule.finding(place, message, advice=REMOVE)
        case Slip.UNKNOWN_VERB:
            message = f"There is no comment {code(verb)}: this hides nothing."
            near = nearest(verb, VERBS) or NEXT_LINE
            yield rule.finding(place, message, advice=f"Write `{near} RULE -- REASON`.")
