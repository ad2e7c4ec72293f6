"""The directions of imports, and the sizes that keep a file readable."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("analyzers", "app")

IO_MODULES = {
    "asyncio", "ftplib", "glob", "http", "logging", "multiprocessing", "os",
    "random", "secrets", "select", "shutil", "signal", "socket", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
PURE_PARTS = {"urllib.parse"}
IO_BUILTINS = {"breakpoint", "eval", "exec", "input", "open", "print"}

ROOMS = {
    "alembic": "app/",
    "click": "app/cli/",
    "fastapi": "app/",
    "jinja2": "app/pages.py",
    "markdown_it": "app/",
    "pydantic": "app/",
    "starlette": "app/",
}
"""Libraries that more than one module may import, and where. All others have one importer."""

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
LONGER_FILES: dict[str, str] = {}
LONGER_FUNCTIONS: dict[str, str] = {}


def modules(*packages):
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """All modules that a file imports, at its top or within functions, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: imports are absolute"
            yield node.module


def offenders(paths, offences):
    """What `offences` finds in each file, for those in which it finds anything."""
    found = {name_of(path): list(offences(path)) for path in paths}
    return {name: offences for name, offences in found.items() if offences}


def test_the_core_never_imports_the_shell():
    def of_the_shell(path):
        return (name for name in imports(path) if name.split(".")[0] in ("app", "tests", "scripts"))

    assert not offenders(modules("analyzers"), of_the_shell)


def test_the_core_has_no_way_to_the_world():
    """No disk, network, clock, environment or chance: an audit depends on its request alone."""
    assert not offenders(modules("analyzers"), ways_to_the_world)


def ways_to_the_world(path):
    for name in imports(path):
        if name.split(".")[0] in IO_MODULES and name not in PURE_PARTS:
            yield name
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IO_BUILTINS:
                yield f"{name}()"
            case ast.Attribute(
                attr="now" | "today" | "utcnow", value=ast.Name(id="date" | "datetime")
            ):
                yield f"the clock, by {node.attr}()"
            case ast.ImportFrom(module="pathlib", names=names):
                yield from (alias.name for alias in names if not alias.name.startswith("Pure"))


def foreign_imports():
    importers = defaultdict(set)
    for path in modules(*OURS):
        for name in imports(path):
            library = name.split(".")[0]
            if library not in sys.stdlib_module_names and library not in OURS:
                importers[library].add(name_of(path))
    return importers


def test_every_foreign_library_has_one_importer():
    crowded = {
        library: sorted(paths)
        for library, paths in foreign_imports().items()
        if library not in ROOMS and len(paths) > 1
    }
    assert not crowded


def test_shared_libraries_stay_in_their_rooms():
    importers = foreign_imports()
    strays = {
        library: [path for path in importers[library] if not path.startswith(room)]
        for library, room in ROOMS.items()
    }
    assert not {library: paths for library, paths in strays.items() if paths}


def test_the_environment_has_one_reader():
    readers = {
        name_of(path)
        for path in modules(*OURS)
        if "os.environ" in path.read_text() or "os.getenv" in path.read_text()
    }
    # git inherits the environment of whoever runs it, hooks included.
    assert readers <= {"app/environment.py", "app/checkout.py", "app/cli/surroundings.py"}


def test_git_has_one_runner():
    runners = {
        name_of(path)
        for path in modules(*OURS)
        if any(
            isinstance(node, ast.Constant) and node.value == "git"
            for node in ast.walk(ast.parse(path.read_text()))
        )
        and "subprocess" in path.read_text()
    }
    assert runners == {"app/checkout.py"}


def test_every_module_says_what_it_is_for():
    def lacks_docstring(path):
        text = path.read_text()
        return ["no docstring"] if text.strip() and not ast.get_docstring(ast.parse(text)) else []

    assert not offenders(modules(*OURS, "scripts"), lacks_docstring)


def test_a_file_holds_one_idea():
    def lines_beyond(path):
        lines = len(path.read_text().splitlines())
        return [lines] if lines > MAX_FILE_LINES and name_of(path) not in LONGER_FILES else []

    assert not offenders(modules(*OURS, "scripts"), lines_beyond)


def test_a_function_fits_on_a_screen():
    assert not offenders(modules(*OURS, "scripts"), long_functions)


def long_functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > MAX_FUNCTION_LINES and node.name not in LONGER_FUNCTIONS:
                yield f"{node.name}: {lines} lines"
