"""A file of the program with what it exports."""

from collections.abc import Mapping
from dataclasses import dataclass

from analyzers.javascript.syntax import Problem
from analyzers.javascript.values import Value
from analyzers.knex.execution import Observation, Unresolved
from analyzers.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Export:
    """One name that a module exports. `span` is where it does so.

    `does_nothing`: it is a function whose body is empty but for comments, a bare return or
    a resolved promise.
    """

    name: str
    span: Span
    value: Value
    does_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Module:
    """One evaluated file. `problems` are its syntax errors, `unresolved` and `observations`
    what evaluating its top level met."""

    file: SourceFile
    exports: Mapping[str, Export]
    problems: tuple[Problem, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    observations: tuple[Observation, ...] = ()
