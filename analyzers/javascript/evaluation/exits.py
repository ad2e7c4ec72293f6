"""Where `break`, `continue` and labels lead."""

from typing import TYPE_CHECKING

from analyzers.javascript.branches import take_exits
from analyzers.javascript.completion import Completion, Way

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Frame
    from analyzers.javascript.syntax import Node


def leads_here(completion: Completion, way: Way, label: str | None) -> bool:
    """Whether a `break` or `continue` means the statement that `label` names, or the innermost."""
    return completion.way is way and completion.label in (None, label)


def leaves_here(
    machine: "Machine", frame: "Frame", since: int, way: Way, node: "Node", label: str | None = None
) -> bool:
    """Ends the possible exits that mean this statement; whether there were any."""
    if len(frame.exits) <= since:
        return False
    here = take_exits(machine, frame, since, lambda c: leads_here(c, way, label), node.span)
    return bool(here)
