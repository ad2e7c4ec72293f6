"""Holds every request, answer and event against GitHub's own OpenAPI description."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema_rs

from tests.standin.values import Json

_FILE = Path(__file__).with_name("openapi.json")


@dataclass
class Description:
    """GitHub's words about its operations; `violations` collects who didn't keep to them."""

    violations: list[str] = field(default_factory=list)

    def check_request(self, operation: str, query: dict[str, str], body: Json | None) -> str | None:
        """What is wrong with a request, in GitHub's style, or None."""
        known = _slice()["operations"][operation]
        wrong = [_in_query(name, value, known["query"]) for name, value in query.items()]
        found = next(filter(None, wrong), None)
        if found is None and "body" in known and (body or known["body_required"]):
            found = _first_error(_validator("request", operation), body or {})
        if found is not None:
            self.violations.append(f"request {operation}: {found}")
        return found

    def check_response(self, operation: str, status: int, body: Any) -> None:
        """Fails if the stand-in itself answers otherwise than GitHub."""
        responses = _slice()["operations"][operation]["responses"]
        if str(status) not in responses:
            self._fault(f"{operation} answers {status}, which GitHub's description doesn't know")
            return
        if responses[str(status)] is not None:
            error = _first_error(_validator("response", operation, str(status)), body)
            if error is not None:
                self._fault(f"response {operation} {status}: {error}")

    def check_event(self, event: str, payload: Json) -> None:
        action = payload.get("action")
        name = event.replace("_", "-") + (f"-{action}".replace("_", "-") if action else "")
        if name not in _slice()["events"]:
            self._fault(f"there is no event {name}")
            return
        error = _first_error(_validator("event", name), payload)
        if error is not None:
            self._fault(f"event {name}: {error}")

    def _fault(self, message: str) -> None:
        self.violations.append(message)
        raise AssertionError(message)


@cache
def _slice() -> Json:
    return cast("Json", json.loads(_FILE.read_text()))


@cache
def _validator(kind: str, name: str, status: str = "") -> jsonschema_rs.Validator:
    """Compiled once in a process: of a request's body, an answer or an event."""
    if kind == "event":
        schema = _slice()["events"][name]
    elif kind == "response":
        schema = _slice()["operations"][name]["responses"][status]
    else:
        schema = _closed(_slice()["operations"][name]["body"])
    whole = {"$defs": _slice()["$defs"], "allOf": [schema]}
    return jsonschema_rs.Draft202012Validator(whole)


def _first_error(validator: jsonschema_rs.Validator, value: Any) -> str | None:
    for error in validator.iter_errors(value):
        return _words(error)
    return None


def _sized(error: jsonschema_rs.ValidationError) -> bool:
    return isinstance(error.instance, list | str)


def _in_query(name: str, value: str, known: Json) -> str | None:
    if name not in known:
        return f"there is no query parameter {name!r}"
    schema = known[name]
    if "enum" in schema and value not in schema["enum"]:
        return f"{name}={value} is none of {schema['enum']}"
    if schema.get("type") == "integer" and not value.isdecimal():
        return f"{name}={value} is not a number"
    return None


def _closed(schema: Any) -> Any:
    """The same schema without room for names that GitHub doesn't know."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict) or "$ref" in schema:
        return schema
    closed = {key: _closed_part(key, value) for key, value in schema.items()}
    names = "properties" in closed and "additionalProperties" not in closed
    return closed | ({"unevaluatedProperties": False} if names and "type" in closed else {})


def _closed_part(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: _closed(schema) for name, schema in value.items()}
    if key in ("oneOf", "anyOf", "allOf"):
        return value
    return _closed(value)


def _words(error: jsonschema_rs.ValidationError) -> str:
    """The sentence that GitHub answers with for the common ones."""
    kind = error.kind
    supplied = len(cast("list[object] | str", error.instance)) if _sized(error) else 0
    where = "/".join(str(part) for part in error.instance_path)
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.MaxItems):
        return f"No more than {kind.limit} items are allowed; {supplied} were supplied."
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.MaxLength):
        return f"Only {kind.limit} characters are allowed; {supplied} were supplied."
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        return f'"{kind.property}" wasn\'t supplied.'
    message = error.message if len(error.message) < 300 else error.message[:300] + "…"
    return f"For '{where}', {message}"
