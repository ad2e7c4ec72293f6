"""The report is made of values alone: it reaches neither GitHub nor the machine."""

import ast
from pathlib import Path

REPORT = Path(__file__).resolve().parents[2] / "app" / "report"
PURE = {
    "collections", "dataclasses", "enum", "functools", "hashlib", "hmac", "itertools", "pathlib",
    "re", "unicodedata", "urllib.parse",
}  # fmt: skip


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_the_report_imports_values_only():
    for path in sorted(REPORT.glob("*.py")):
        for name in imports(path):
            ours = name.startswith(("analyzers.", "app.report"))
            assert ours or name in PURE or name.split(".")[0] in PURE, f"{path.name}: {name}"
