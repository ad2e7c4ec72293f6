"""`.alter()` that leaves NOT NULL alone where the column has it already."""

from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation, arguments, method
from analyzers.javascript.syntax import Node

OPTION = "alterNullable: false"


def edits(situation: Situation) -> Iterable[Edit]:
    alter = next((node for node in situation.path if _is_alter(node)), None)
    if alter is None:
        return ()
    told = arguments(alter)
    if not told:
        at = alter.the("arguments")
        return (Edit(at.start, at.end, f"({{ {OPTION} }})"),)
    if told[0].type != "object" or OPTION.partition(":")[0] in told[0].text:
        return ()
    end = told[0].named[-1].end if told[0].named else told[0].start + 1
    return (Edit(end, end, f", {OPTION}" if told[0].named else f" {OPTION} "),)


def _is_alter(node: Node) -> bool:
    return node.type == "call_expression" and method(node) == "alter"
