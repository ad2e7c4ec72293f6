"""Trees, blobs, refs and contents, read from the real repository."""

from tests.standin.git import Git, TreeEntry
from tests.standin.limits import (
    MAX_BLOB_BYTES,
    MAX_CONTENTS_BYTES,
    MAX_DIRECTORY_ENTRIES,
    MAX_RAW_CONTENTS_BYTES,
)
from tests.standin.listener import Answer
from tests.standin.present.git import (
    blob_json,
    entry_json,
    git_commit_json,
    tree_json,
    wrapped_base64,
)
from tests.standin.repository import Repository
from tests.standin.routes.repositories import resolved
from tests.standin.routing import Call, answer, paged, routes
from tests.standin.values import Json, Refused, node_id, not_found


def _tree(call: Call) -> Json:
    """``recursive`` with any value at all, even 0, means yes."""
    git = call.repository.git
    name = call.params["tree_sha"]
    sha = git.resolve(f"{name}^{{tree}}") or git.resolve(f"refs/heads/{name}^{{tree}}")
    if sha is None:
        raise not_found()
    entries = git.tree(sha, recursive="recursive" in call.query)
    return tree_json(call.repository, sha, entries, call.github.limits.tree_entries)


def _blob(call: Call) -> Answer:
    git, sha = call.repository.git, call.params["file_sha"]
    if git.kind(sha) != "blob":
        raise not_found()
    content = git.blob(sha)
    if len(content) > MAX_BLOB_BYTES:
        raise _too_large("blob", MAX_BLOB_BYTES)
    if call.wants_raw():
        return Answer(200, content, {"Content-Type": "application/octet-stream"})
    return answer(blob_json(call.repository, sha, content))


def _commit(call: Call) -> Json:
    repository, sha = call.repository, call.params["commit_sha"]
    if repository.git.kind(sha) != "commit":
        raise not_found()
    return git_commit_json(repository, repository.git.commit_info(sha))


def _ref(call: Call) -> Json:
    name = f"refs/{call.params['ref']}"
    sha = call.repository.git.refs(name).get(name)
    if sha is None:
        raise not_found()
    return _ref_json(call, name, sha)


def _matching_refs(call: Call) -> Answer:
    """Every ref that begins with the name, as plain text: ``tags/v1`` finds ``tags/v10`` too."""
    prefix = f"refs/{call.params['ref']}"
    found = [
        item for item in call.repository.git.refs("refs").items() if item[0].startswith(prefix)
    ]
    return paged(call, found, lambda item: _ref_json(call, item[0], item[1]))


def _ref_json(call: Call, name: str, sha: str) -> Json:
    api = f"{call.github.api_url}/repos/{call.repository.full_name}"
    kind = call.repository.git.kind(sha) or "commit"
    return {
        "ref": name,
        "node_id": node_id("REF", int(sha[:8], 16)),
        "url": f"{api}/git/{name}",
        "object": {"type": kind, "sha": sha, "url": f"{api}/git/{kind}s/{sha}"},
    }


def _contents(call: Call) -> Answer:
    """Follows symbolic links inside the repository; takes submodules for files, as GitHub does."""
    repository = call.repository
    ref = call.query.get("ref", repository.default_branch)
    sha = resolved(repository, ref)
    path = call.params["path"].strip("/")
    if not path:
        return _folder(repository, ref, sha, path)
    entry = repository.git.entry(sha, path)
    if entry is None:
        raise not_found()
    if entry.mode == "120000":
        target = _link_target(repository.git, path, entry)
        linked = repository.git.entry(sha, target)
        if linked is not None and linked.kind == "blob":
            entry, path = linked, target
    if entry.kind == "tree":
        return _folder(repository, ref, sha, path)
    return _file(call, ref, entry, path)


def _file(call: Call, ref: str, entry: TreeEntry, path: str) -> Answer:
    size = entry.size or 0
    if size > MAX_RAW_CONTENTS_BYTES or (size > MAX_CONTENTS_BYTES and not _large_is_fine(call)):
        raise _too_large("content", MAX_CONTENTS_BYTES)
    shown = entry_json(call.repository, ref, entry, path)
    if entry.kind == "commit":
        return answer(shown | {"type": "submodule", "submodule_git_url": None, "size": 0})
    content = call.repository.git.blob(entry.sha)
    if call.wants_raw():
        return Answer(200, content, {"Content-Type": "application/vnd.github.raw+json"})
    if entry.mode == "120000":
        return answer(shown | {"target": content.decode(errors="replace")})
    if size > MAX_CONTENTS_BYTES:
        return answer(shown | {"content": "", "encoding": "none"})
    return answer(shown | {"content": wrapped_base64(content), "encoding": "base64"})


def _folder(repository: Repository, ref: str, sha: str, path: str) -> Answer:
    entries = repository.git.tree(f"{sha}:{path}", recursive=False)[:MAX_DIRECTORY_ENTRIES]
    prefix = f"{path}/" if path else ""
    return answer([entry_json(repository, ref, e, f"{prefix}{e.path}") for e in entries])


def _link_target(git: Git, path: str, entry: TreeEntry) -> str:
    """The path that a link names, or the link's own where it leads out of the repository."""
    parts = path.split("/")[:-1]
    for part in git.blob(entry.sha).decode(errors="replace").split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", "", ".."):
            parts.append(part)
    return "/".join(parts)


def _large_is_fine(call: Call) -> bool:
    return call.wants_raw() or ".object" in call.request.headers.get("accept", "")


def _too_large(field: str, limit: int) -> Refused:
    """https://docs.github.com/rest/repos/contents#get-repository-content"""
    message = (
        f"This API returns blobs up to {limit // 1_000_000} MB in size. "
        "The requested blob is too large to fetch via the API."
    )
    return Refused(403, message, [{"resource": "Blob", "field": field, "code": "too_large"}])


ROUTES = routes(
    ("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", _tree, "contents:read"),
    ("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", _blob, "contents:read"),
    ("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", _commit, "contents:read"),
    ("GET /repos/{owner}/{repo}/git/ref/{ref}", _ref, "contents:read"),
    ("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", _matching_refs, "contents:read"),
    ("GET /repos/{owner}/{repo}/contents/{path}", _contents, "contents:read"),
)
