"""Commits, trees, blobs and files as JSON."""

import base64
from datetime import UTC, datetime
from urllib.parse import quote

from tests.standin.git import CommitInfo, TreeEntry
from tests.standin.repository import Repository
from tests.standin.values import Json, node_id, timestamp


def commit_json(repository: Repository, commit: CommitInfo) -> Json:
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    who = _signature(commit)
    return {
        "sha": commit.sha,
        "node_id": node_id("C", int(commit.sha[:8], 16)),
        "commit": {
            "author": who,
            "committer": who,
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
            "url": f"{api}/git/commits/{commit.sha}",
            "comment_count": 0,
            "verification": _unsigned(),
        },
        "url": f"{api}/commits/{commit.sha}",
        "html_url": f"{repository.page}/commit/{commit.sha}",
        "comments_url": f"{api}/commits/{commit.sha}/comments",
        "author": None,
        "committer": None,
        "parents": _parents(repository, commit, "commits"),
    }


def git_commit_json(repository: Repository, commit: CommitInfo) -> Json:
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    who = _signature(commit)
    return {
        "sha": commit.sha,
        "node_id": node_id("C", int(commit.sha[:8], 16)),
        "url": f"{api}/git/commits/{commit.sha}",
        "html_url": f"{repository.page}/commit/{commit.sha}",
        "author": who,
        "committer": who,
        "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
        "message": commit.message,
        "parents": _parents(repository, commit, "git/commits"),
        "verification": _unsigned(),
    }


def simple_commit_json(commit: CommitInfo) -> Json:
    who = {"name": commit.author, "email": commit.email}
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": datetime.fromtimestamp(commit.date, UTC).isoformat(),
        "author": who,
        "committer": who,
    }


def push_commit_json(repository: Repository, commit: CommitInfo, files: Json) -> Json:
    who = {"name": commit.author, "email": commit.email, "username": commit.author}
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": datetime.fromtimestamp(commit.date, UTC).isoformat(),
        "url": f"{repository.page}/commit/{commit.sha}",
        "author": who,
        "committer": who,
        **files,
    }


def tree_json(repository: Repository, sha: str, entries: list[TreeEntry], limit: int) -> Json:
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    return {
        "sha": sha,
        "url": f"{api}/git/trees/{sha}",
        "tree": [_tree_entry_json(api, entry) for entry in entries[:limit]],
        "truncated": len(entries) > limit,
    }


def blob_json(repository: Repository, sha: str, content: bytes) -> Json:
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    return {
        "sha": sha,
        "node_id": node_id("B", int(sha[:8], 16)),
        "size": len(content),
        "url": f"{api}/git/blobs/{sha}",
        "content": wrapped_base64(content),
        "encoding": "base64",
    }


def entry_json(repository: Repository, ref: str, entry: TreeEntry, path: str) -> Json:
    """What every answer of the contents API has, for files and for entries of a folder."""
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    kind = {"tree": "dir", "commit": "file"}.get(entry.kind, "file")
    kind = "symlink" if entry.mode == "120000" else kind
    at = quote(path)
    url = f"{api}/contents/{at}?ref={quote(ref, safe='')}"
    git_kind = "trees" if entry.kind == "tree" else "blobs"
    git_url = f"{api}/git/{git_kind}/{entry.sha}"
    html = f"{repository.page}/{'tree' if kind == 'dir' else 'blob'}/{ref}/{at}"
    return {
        "type": kind,
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": html,
        "git_url": git_url,
        "download_url": None if kind == "dir" else f"{repository.page}/raw/{ref}/{at}",
        "_links": {"self": url, "git": git_url, "html": html},
    }


def wrapped_base64(content: bytes) -> str:
    """Base64 in lines of 60 characters, as GitHub gives it."""
    text = base64.b64encode(content).decode()
    return "".join(f"{text[at : at + 60]}\n" for at in range(0, len(text), 60))


def _tree_entry_json(api: str, entry: TreeEntry) -> Json:
    answer: Json = {
        "path": entry.path,
        "mode": entry.mode,
        "type": entry.kind,
        "sha": entry.sha,
    }
    if entry.kind == "blob":
        answer |= {"size": entry.size, "url": f"{api}/git/blobs/{entry.sha}"}
    elif entry.kind == "tree":
        answer["url"] = f"{api}/git/trees/{entry.sha}"
    return answer


def _signature(commit: CommitInfo) -> Json:
    return {"name": commit.author, "email": commit.email, "date": timestamp(commit.date)}


def _parents(repository: Repository, commit: CommitInfo, where: str) -> list[Json]:
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    return [
        {
            "sha": parent,
            "url": f"{api}/{where}/{parent}",
            "html_url": f"{repository.page}/commit/{parent}",
        }
        for parent in commit.parents
    ]


def _unsigned() -> Json:
    return {
        "verified": False,
        "reason": "unsigned",
        "signature": None,
        "payload": None,
        "verified_at": None,
    }
