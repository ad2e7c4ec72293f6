"""The catalogue: every module of this package that holds a `rule` is a rule."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from analyzers.rules.rule import Rule

__all__ = ["Rule", "catalogue"]


@cache
def catalogue() -> Mapping[str, Rule]:
    """All rules by id, in alphabetical order."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    rules = (getattr(module, "rule", None) for module in modules)
    found = {rule.id: rule for rule in rules if isinstance(rule, Rule)}
    return dict(sorted(found.items()))
