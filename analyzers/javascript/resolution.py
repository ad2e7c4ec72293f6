"""Which file of the repository an import means."""

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from analyzers.javascript.modules import Program
from analyzers.source import Kind, UnreadableFile

EXTENSIONS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".json", ".sql")
WRITTEN_AS = {".js": (".ts", ".tsx"), ".cjs": (".cts",), ".mjs": (".mts",)}
COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
TRAILING_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
MOST_PACKAGES_READ = 60
LONGEST_EXTENDS = 8


def resolve(program: Program, importer: str, wanted: str) -> str | None:
    """The path of the file that `importer` means by `wanted`; None: it is not in the repository."""
    key = (posixpath.dirname(importer), wanted)
    if key not in program.resolved:
        program.resolved[key] = found(program, importer, wanted)
    return program.resolved[key]


def found(program: Program, importer: str, wanted: str) -> str | None:
    if wanted.startswith("."):
        return file_at(program, posixpath.join(posixpath.dirname(importer), wanted))
    if wanted.startswith("/"):
        return file_at(program, wanted.lstrip("/"))
    for candidate in mapped(program, importer, wanted):
        path = file_at(program, candidate)
        if path is not None:
            return path
    return in_workspace(program, wanted)


def file_at(program: Program, path: str) -> str | None:
    """The file that Node, or TypeScript, takes for a path without its extension."""
    path = posixpath.normpath(path)
    if path.startswith(".."):
        return None
    candidates = [path]
    stem, extension = posixpath.splitext(path)
    candidates.extend(stem + other for other in WRITTEN_AS.get(extension, ()))
    candidates.extend(path + extension for extension in EXTENSIONS)
    candidates.extend(posixpath.join(path, "index" + extension) for extension in EXTENSIONS)
    return next((c for c in map(posixpath.normpath, candidates) if is_file(program, c)), None)


def is_file(program: Program, path: str) -> bool:
    entry = program.entries.get(path)
    return entry is not None and entry.kind is Kind.FILE


def mapped(program: Program, importer: str, wanted: str) -> Iterator[str]:
    """Where the nearest tsconfig's `paths` and `baseUrl` lead."""
    for directory in parents(importer):
        for name in ("tsconfig.json", "jsconfig.json"):
            path = posixpath.join(directory, name)
            if is_file(program, path):
                yield from by_configuration(program, path, wanted)
                return


def by_configuration(program: Program, path: str, wanted: str) -> Iterator[str]:
    for _ in range(LONGEST_EXTENDS):
        configuration = read_json(program, path)
        options = configuration.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base = posixpath.join(posixpath.dirname(path), text(options.get("baseUrl")) or ".")
        paths = options.get("paths")
        for pattern, targets in paths.items() if isinstance(paths, dict) else ():
            rest = matched(pattern, wanted)
            if rest is not None and isinstance(targets, list):
                yield from (posixpath.join(base, text(t).replace("*", rest)) for t in targets)
        if options.get("baseUrl"):
            yield posixpath.join(base, wanted)
        extended = text(configuration.get("extends"))
        if not extended.startswith("."):
            return
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), extended))
        path = path if is_file(program, path) else path + ".json"
        if not is_file(program, path):
            return


def matched(pattern: str, wanted: str) -> str | None:
    """What `*` stands for where `pattern` matches; the empty text where it has none."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == wanted else None
    if len(wanted) >= len(before) + len(after) and wanted.startswith(before):
        return wanted[len(before) : len(wanted) - len(after)] if wanted.endswith(after) else None
    return None


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def parents(path: str) -> Iterator[str]:
    directory = posixpath.dirname(path)
    while True:
        yield directory
        if not directory:
            return
        directory = posixpath.dirname(directory)


def read_json(program: Program, path: str) -> dict[str, Any]:
    """A configuration file, comments and trailing commas allowed; empty where it can't be read."""
    try:
        content = program.read(path)
    except UnreadableFile:
        return {}
    for pattern in (COMMENT, TRAILING_COMMA):
        content = pattern.sub(lambda match: match.group(1) or "", content)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def in_workspace(program: Program, wanted: str) -> str | None:
    """A package of this very repository: found by the name in its package.json."""
    parts = wanted.split("/")
    size = 2 if wanted.startswith("@") else 1
    name, rest = "/".join(parts[:size]), "/".join(parts[size:])
    for directory in package_directories(program, parts[:size][-1]):
        manifest = read_json(program, posixpath.join(directory, "package.json"))
        if manifest.get("name") == name:
            return entry_point(program, directory, manifest, rest)
    return None


def package_directories(program: Program, name: str) -> list[str]:
    """Directories with a package.json; those called like the package first."""
    directories = [
        posixpath.dirname(path)
        for path in program.entries
        if path.endswith("package.json")
        and posixpath.basename(path) == "package.json"
        and "node_modules" not in path
    ]
    directories.sort(key=lambda directory: (posixpath.basename(directory) != name, directory))
    return directories[:MOST_PACKAGES_READ]


def entry_point(
    program: Program, directory: str, manifest: dict[str, Any], rest: str
) -> str | None:
    wanted = [rest, f"src/{rest}"] if rest else entries(manifest)
    paths = (file_at(program, posixpath.join(directory, candidate)) for candidate in wanted)
    return next((path for path in paths if path is not None), None)


def entries(manifest: dict[str, Any]) -> list[str]:
    named = [text(manifest.get(key)) for key in ("source", "main", "module")]
    return [*(name for name in named if name), "src/index", "index", "lib/index", "src"]
