"""The shapes that settings have: each reads a value strictly, and tells its JSON Schema.

Both are told from the same words, numbers and expressions, so that an editor that follows the
schema accepts what counts here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from analyzers.source import Place, SourceFile
from analyzers.spelling import nearest
from analyzers.spelling import shown as code
from analyzers.struct import Struct, field
from analyzers.yaml_tree import Alias, Listing, Node, Scalar, Table

MAX_PROBLEMS = 20
"""More than anybody corrects at once."""

Schema: TypeAlias = dict[str, Any]


class Problem(Struct, frozen=True):
    """A mistake: what is wrong where, and what is allowed there.

    `unknown_rule`: a name in the place of a rule's that is none.
    """

    place: Place
    message: str
    advice: str = ""
    unknown_rule: bool = False


class Enough(Exception):
    """There are so many problems that more would help nobody."""


class Wrong(Exception):
    """This value doesn't count; the reading knows why."""


class Reading(Struct):
    """One file being read: what is wrong with it so far, and where each setting stands.

    `rules` are the ids that there are. `origins` has names such as `postgres` and
    `rules.drop-table`.
    """

    file: SourceFile
    rules: Collection[str]
    problems: list[Problem] = field(default_factory=list)
    origins: dict[str, Place] = field(default_factory=dict)

    def report(
        self, node: Node, message: str, advice: str = "", *, unknown_rule: bool = False
    ) -> None:
        place = self.file.place(node.span)
        self.problems.append(Problem(place, message, advice, unknown_rule))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Enough

    def refused(self, node: Node, message: str, advice: str = "") -> "Wrong":
        """The same as an exception, for a value that doesn't count."""
        self.report(node, message, advice)
        return Wrong()


class Shape(Protocol):
    """What a setting takes. `subject` is its name in messages, as code or in words."""

    def read(self, reading: Reading, node: Node, subject: str) -> Any:
        """The value; raises `Wrong`, or leaves out of it what is wrong."""

    def schema(self, rules: Collection[str]) -> Schema: ...


class Choice(Struct, frozen=True):
    """One of some words.

    `off` is a truth value to YAML 1.1 and a word to YAML 1.2: what counts is what is written.
    """

    words: Mapping[str, object]

    def read(self, reading: Reading, node: Node, subject: str) -> object:
        if isinstance(node, Scalar) and not node.tag and node.text in self.words:
            return self.words[node.text]
        written = node.text if isinstance(node, Scalar) else ""
        message = f"{subject} takes no value such as {shown(node)}."
        raise reading.refused(node, message, instead(written, self.words))

    def schema(self, rules: Collection[str]) -> Schema:
        return {"enum": list(self.words)}


class Whole(Struct, frozen=True):
    """A whole number from `least` to `most`, in digits; `what` it is, for messages."""

    least: int
    most: int
    what: str

    def read(self, reading: Reading, node: Node, subject: str) -> int:
        known = [str(number) for number in range(self.least, self.most + 1)]
        is_known = isinstance(node, Scalar) and node.text in known
        if isinstance(node, Scalar) and is_known and node.plain and not node.tag:
            return int(node.text)
        quoted = isinstance(node, Scalar) and is_known and not node.plain
        given = "a text, for its quotes" if quoted else shown(node)
        raise reading.refused(
            node,
            f"{subject} takes {self.what}, and this is {given}.",
            f"Write a whole number from {self.least} to {self.most}, without quotes.",
        )

    def schema(self, rules: Collection[str]) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Word(Struct, frozen=True):
    """A text that matches `pattern`, which Python and JSON Schema read alike.

    A number is taken as it is written. `made` is the value of it, `secret` keeps it out of
    messages.
    """

    pattern: str
    what: str
    advice: str
    made: Callable[[str], object] = str
    numbers: tuple[float, ...] | None = None
    secret: bool = False

    def read(self, reading: Reading, node: Node, subject: str) -> object:
        written = isinstance(node, Scalar) and not node.is_null and not node.tag
        if isinstance(node, Scalar) and written and re.search(self.pattern, node.text):
            return self.made(node.text)
        given = _kind(node) if self.secret else shown(node)
        raise reading.refused(
            node, f"{subject} takes {self.what}, and this is {given}.", self.advice
        )

    def schema(self, rules: Collection[str]) -> Schema:
        text: Schema = {"type": "string", "pattern": self.pattern}
        if self.numbers is None:
            return {"anyOf": [text, {"type": ["number", "boolean"]}]}
        return {"anyOf": [text, {"enum": list(self.numbers)}]}


class ListOf(Struct, frozen=True):
    """A list, each of its items once; nothing written is an empty one."""

    items: Shape
    what: str
    advice: str

    def read(self, reading: Reading, node: Node, subject: str) -> tuple[object, ...]:
        if isinstance(node, Scalar) and node.is_null:
            return ()
        if not isinstance(node, Listing) or node.tag:
            message = f"{subject} takes {self.what}, and this is {shown(node)}."
            raise reading.refused(node, message, self.advice)
        found: list[object] = []
        for item in node.items:
            value = self._item(reading, item, subject)
            found += [value] if value is not None and value not in found else []
        return tuple(found)

    def _item(self, reading: Reading, item: Node, subject: str) -> object:
        try:
            return self.items.read(reading, item, subject)
        except Wrong:
            return None

    def schema(self, rules: Collection[str]) -> Schema:
        return {"type": ["array", "null"], "items": self.items.schema(rules)}


class Names(Struct, frozen=True):
    """Names with a value each. `key` None: rules are the names."""

    values: Shape
    key: Word | None = None
    origin: str = ""

    def read(self, reading: Reading, node: Node, subject: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in entries(reading, node, subject):
            known = self._known(reading, key)
            try:
                said = self.values.read(reading, value, code(key.text))
            except Wrong:
                continue
            if known:
                found[key.text] = said
                if self.origin:
                    reading.origins[f"{self.origin}.{key.text}"] = reading.file.place(key.span)
        return found

    def _known(self, reading: Reading, key: Scalar) -> bool:
        if self.key is not None:
            known = re.search(self.key.pattern, key.text) is not None
            if not known:
                reading.report(key, f"{code(key.text)} is {self.key.what}.", self.key.advice)
            return known
        if key.text in reading.rules:
            return True
        near = nearest(key.text, reading.rules)
        advice = (f"Write {code(near)}. " if near else "") + "`migaudit rules` lists all."
        reading.report(key, f"There is no rule {code(key.text)}.", advice, unknown_rule=True)
        return False

    def schema(self, rules: Collection[str]) -> Schema:
        if self.key is None:
            properties = {rule: {"$ref": "#/$defs/severity"} for rule in rules}
            return {
                "type": ["object", "null"],
                "properties": properties,
                "additionalProperties": False,
            }
        return {
            "type": ["object", "null"],
            "propertyNames": {"pattern": self.key.pattern},
            "additionalProperties": self.values.schema(rules),
        }


class Key(Struct, frozen=True):
    """One setting: what it is called, what it takes, and one line on it. `field`: of the model."""

    name: str
    shape: Shape
    about: str
    field: str = ""
    required: bool = False


class Record(Struct, frozen=True):
    """Settings of these names; `made` is what they make together, from those that are there."""

    keys: tuple[Key, ...]
    made: Callable[..., object]

    def read(self, reading: Reading, node: Node, subject: str, *, origins: bool = False) -> Any:
        known = {key.name: key for key in self.keys}
        found: dict[str, object] = {}
        written: set[str] = set()
        for name, value in entries(reading, node, subject):
            written.add(name.text)
            key = known.get(name.text)
            if key is None:
                advice = instead(name.text, known)
                reading.report(name, f"There is no setting {code(name.text)}.", advice)
                continue
            if origins:
                reading.origins[key.name] = reading.file.place(name.span)
            try:
                found[key.field or key.name] = key.shape.read(reading, value, code(key.name))
            except Wrong:
                continue
        missing = [key.name for key in self.keys if key.required and key.name not in written]
        if missing:
            raise reading.refused(node, f"{code(missing[0])} is missing here.")
        if any(key.required and (key.field or key.name) not in found for key in self.keys):
            raise Wrong
        return self.made(**found)

    def schema(self, rules: Collection[str]) -> Schema:
        properties = {
            key.name: {"description": key.about, **key.shape.schema(rules)} for key in self.keys
        }
        required = [key.name for key in self.keys if key.required]
        return {
            "type": "object" if required else ["object", "null"],
            "properties": properties,
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }


def entries(reading: Reading, node: Node, subject: str) -> Iterator[tuple[Scalar, Node]]:
    """The keys and values of a mapping, each key once; none where nothing is written."""
    if isinstance(node, Scalar) and node.is_null:
        return
    if not isinstance(node, Table) or node.tag:
        message = f"{subject} takes names with their values, and this is {shown(node)}."
        raise reading.refused(node, message, "Write `name: value` lines.")
    known: dict[str, Scalar] = {}
    for key, value in node.items:
        if not isinstance(key, Scalar) or key.tag:
            reading.report(key, f"{subject} takes names with their values: this is {_kind(key)}.")
        elif key.text in known:
            first = reading.file.place(known[key.text].span).line
            message = f"{code(key.text)} is there twice: first on line {first}."
            reading.report(key, message, "Remove one of them.")
        else:
            known[key.text] = key
            yield key, value


def instead(word: str, allowed: Iterable[str]) -> str:
    near = nearest(word, allowed)
    listed = ", ".join(map(code, allowed))
    return f"Write {code(near)}. Allowed are {listed}." if near else f"Allowed are {listed}."


def shown(node: Node) -> str:
    if isinstance(node, Scalar) and not node.is_null and not node.tag:
        return code(node.text) if node.text else "an empty text"
    return _kind(node)


def _kind(node: Node) -> str:
    match node:
        case Alias():
            return "an alias, which is never followed"
        case Scalar() | Listing() | Table() if node.tag:
            return f"a value with the tag {code(node.tag)}"
        case Scalar():
            return "nothing" if node.is_null else "a text"
        case Listing():
            return "a list"
        case Table():
            return "a mapping"
