"""Cuts GitHub's OpenAPI description down to the operations and events that the stand-in speaks.

    python -m tests.standin.slice_openapi api.github.com.json

The description is ``generated/api.github.com.json`` of the npm package ``@octokit/openapi`` (MIT
licence, https://github.com/octokit/openapi), which comes from
https://github.com/github/rest-api-description.
What is written is JSON Schema (2020-12): `nullable` becomes a type, prose and examples go.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.standin.routes import ROUTES
from tests.standin.values import Json

TARGET = Path(__file__).with_name("openapi.json")
EVENTS = [
    "check-run-requested-action",
    "check-run-rerequested",
    "check-suite-requested",
    "check-suite-rerequested",
    "deployment-status-created",
    "installation-created",
    "installation-deleted",
    "installation-suspend",
    "installation-unsuspend",
    "installation-repositories-added",
    "installation-repositories-removed",
    "issue-comment-created",
    "issue-comment-deleted",
    "issue-comment-edited",
    "merge-group-checks-requested",
    "merge-group-destroyed",
    "ping",
    "pull-request-closed",
    "pull-request-converted-to-draft",
    "pull-request-edited",
    "pull-request-locked",
    "pull-request-opened",
    "pull-request-ready-for-review",
    "pull-request-reopened",
    "pull-request-synchronize",
    "pull-request-review-submitted",
    "pull-request-review-comment-created",
    "pull-request-review-comment-deleted",
    "pull-request-review-comment-edited",
    "pull-request-review-thread-resolved",
    "pull-request-review-thread-unresolved",
    "push",
]

_DROPPED = {"description", "example", "examples", "externalDocs", "deprecated", "title", "default"}
_NULL_AFTER_ALL = {
    "pull-request-review-comment": ("position", "line", "original_line", "original_position"),
    "review-comment": ("line", "original_line"),
}
"""Fields that GitHub documents as null for an outdated comment while its description forbids it."""


_ALTERNATIVES = ["Simple User", "Enterprise"]
"""An account is one or the other; the description, where it was merged, says both at once."""


def main() -> None:
    description = json.loads(Path(sys.argv[1]).read_text())
    TARGET.write_text(json.dumps(cut(description), separators=(",", ":"), sort_keys=True) + "\n")


def cut(description: Json) -> Json:
    """The slice: ``operations``, ``events`` and, under ``$defs``, every schema that they need."""
    operations = {f"{r.method} {r.path}": _operation(description, r.method, r.path) for r in ROUTES}
    events = {name: _event(description["x-webhooks"][name]) for name in EVENTS}
    schemas = description["components"]["schemas"]
    needed = _reached(schemas, [operations, events])
    return {
        "note": "Sliced by slice_openapi.py from npm @octokit/openapi "
        f"{description['info']['version']} (MIT licence, https://github.com/octokit/openapi).",
        "operations": operations,
        "events": events,
        "$defs": {name: _corrected(name, _plain(schemas[name])) for name in sorted(needed)},
    }


def _operation(description: Json, method: str, path: str) -> Json:
    found = description["paths"][_template(description, path)]
    operation = found[method.lower()]
    parameters = [_resolve(description, p) for p in operation.get("parameters", [])]
    queries = {p["name"]: _plain(p["schema"]) for p in parameters if p["in"] == "query"}
    answer: Json = {"query": queries, "responses": {}}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        answer["body"] = _plain(content["application/json"]["schema"])
        answer["body_required"] = operation["requestBody"].get("required", False)
    for status, response in operation["responses"].items():
        media = _resolve(description, response).get("content", {})
        schema = media.get("application/json", {}).get("schema")
        answer["responses"][status] = None if schema is None else _plain(schema)
    return answer


def _template(description: Json, path: str) -> str:
    if path not in description["paths"]:
        raise SystemExit(f"GitHub's description has no {path}")
    return path


def _event(webhook: Json) -> Json:
    schema: Json = _plain(webhook["post"]["requestBody"]["content"]["application/json"]["schema"])
    return schema


def _resolve(description: Json, value: Json) -> Json:
    if "$ref" not in value:
        return value
    found: Any = description
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    resolved: Json = found
    return resolved


def _plain(schema: Any) -> Any:
    """OpenAPI 3.0's dialect as JSON Schema, without words."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/$defs/")}
    kept = {k: v for k, v in schema.items() if not _is_prose(k, v)}
    if [part.get("title") for part in kept.get("allOf", [])] == _ALTERNATIVES:
        kept["anyOf"] = kept.pop("allOf")
    if isinstance(kept.get("enum"), list):
        kept["enum"] = _known(kept["enum"])
    nullable = kept.pop("nullable", False)
    plain = {k: _members(v) if k == "properties" else _plain(v) for k, v in kept.items()}
    return _or_null(plain) if nullable else plain


def _members(properties: Json) -> Json:
    return {name: _plain(schema) for name, schema in properties.items()}


def _is_prose(key: str, value: Any) -> bool:
    words = key in _DROPPED and not (key == "title" and isinstance(value, dict))
    return words or key.startswith("x-")


def _known(values: list[Any]) -> list[Any]:
    """Some of the description's lists of events are older than `merge_group`."""
    return [*values, "merge_group"] if {"check_run", "deployment_status"} <= set(values) else values


def _or_null(schema: Json) -> Json:
    if "enum" in schema:
        schema["enum"] = [*(v for v in schema["enum"] if v is not None), None]
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else schema


def _corrected(name: str, schema: Json) -> Json:
    for field in _NULL_AFTER_ALL.get(name, ()):
        if isinstance(schema["properties"].get(field, {}).get("type"), str):
            schema["properties"][field] = _or_null(schema["properties"][field])
    return schema


def _reached(schemas: Json, roots: list[Json]) -> set[str]:
    """Names of all schemas that these ones refer to, directly or not."""
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
            name = str(item.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


if __name__ == "__main__":
    main()
