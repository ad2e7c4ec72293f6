"""What each kind of syntax node means: one idea per module, all of them in one table."""

from importlib import import_module

MODULES = (
    "assignments",
    "blocks",
    "calls",
    "classes",
    "conditions",
    "control",
    "errors",
    "functions",
    "literals",
    "loops",
    "members",
    "module_syntax",
    "operators",
    "patterns",
    "typescript",
)


def register() -> None:
    """Fills the table: importing a module of this package registers what it evaluates."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
