"""Many contents and folders of a repository in one GraphQL call."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.github.connection import Connection
from app.github.listing import Item
from app.github.shape import Json

_BLOB = "{ ... on Blob { text } }"
_FOLDER = "{ ... on Tree { entries { name mode type oid size } } }"


@dataclass(frozen=True, slots=True)
class Objects:
    """What one call gave. Contents that don't prove to be what git's id says are left out."""

    contents: Mapping[str, bytes] = field(default_factory=dict)
    folders: Mapping[str, Sequence[Item]] = field(default_factory=dict)


def objects(
    connection: Connection,
    name: str,
    blobs: Sequence[str],
    commit: str = "",
    folders: Sequence[str] = (),
) -> Objects:
    """`blobs` by git's id, and what the `folders` of a commit hold."""
    owner, _, short = name.partition("/")
    variables: dict[str, object] = {"owner": owner, "name": short}
    variables |= {f"f{n}": f"{commit}:{path}" for n, path in enumerate(folders)}
    declared = "".join(f", $f{n}: String!" for n in range(len(folders)))
    asked = [f'b{n}: object(oid: "{blob}") {_BLOB}' for n, blob in enumerate(blobs)]
    asked += [f"f{n}: object(expression: $f{n}) {_FOLDER}" for n in range(len(folders))]
    query = (
        f"query Objects($owner: String!, $name: String!{declared}) "
        f"{{ repository(owner: $owner, name: $name) {{ {' '.join(asked)} }} }}"
    )
    found = connection.query(query, variables).child("repository")
    contents = {blob: _content(found.child(f"b{n}")) for n, blob in enumerate(blobs)}
    items = {path: _items(found.child(f"f{n}")) for n, path in enumerate(folders)}
    return Objects(
        {blob: c for blob, c in contents.items() if c is not None and git_id(c) == blob},
        {path: listed for path, listed in items.items() if listed is not None},
    )


def git_id(content: bytes) -> str:
    """https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage"""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _content(found: Json) -> bytes | None:
    """GraphQL gives text, decoded, and cuts it short where it is long."""
    text = found.maybe_text("text")
    return None if text is None else text.encode(errors="surrogatepass")


def _items(found: Json) -> list[Item] | None:
    if found.child("entries").value is None:
        return None
    return [
        Item(
            one.text("name"),
            one.number("mode"),
            one.text("oid"),
            one.maybe_number("size") if one.text("type") == "blob" else None,
        )
        for one in found.children("entries")
    ]
