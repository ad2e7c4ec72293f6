"""GitHub's GraphQL API: the few fields and mutations that a reviewing App needs."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLError, GraphQLSchema, build_schema, execute_sync, parse, validate

from tests.standin.check_mutations import find_run, update
from tests.standin.comments import Comment, ReviewComment
from tests.standin.present.comments import comment_node_id
from tests.standin.present.nodes import comment_node, repository_node, thread_node
from tests.standin.repository import Repository
from tests.standin.reviews import Thread
from tests.standin.routing import Call
from tests.standin.values import Json, timestamp

if TYPE_CHECKING:
    from tests.standin.github import GitHub

_SCHEMA = Path(__file__).with_name("schema.graphql")


class GraphQL:
    """Answers ``/api/graphql``."""

    def __init__(self, github: "GitHub") -> None:
        self._github = github

    def execute(self, call: Call) -> Json:
        """Always an answer with status 200; what went wrong stands in its ``errors``."""
        try:
            document = parse(str(call.body.get("query", "")))
        except GraphQLError as error:
            return self._malformed([error])
        errors = validate(_schema(), document)
        if errors:
            return self._malformed(errors)
        result = execute_sync(
            _schema(),
            document,
            root_value=_Root(call).fields(),
            variable_values=call.body.get("variables"),
            operation_name=call.body.get("operationName"),
        )
        answer: Json = {"data": result.data}
        if result.errors:
            ours = [error for error in result.errors if _is_ours(error)]
            self._github.violations.extend(f"GraphQL: {error.message}" for error in ours)
            answer["errors"] = [_error(error) for error in result.errors]
        return answer

    def _malformed(self, errors: list[GraphQLError]) -> Json:
        self._github.violations.extend(f"GraphQL: {error.message}" for error in errors)
        return {"errors": [cast("Json", error.formatted) for error in errors]}


@cache
def _schema() -> GraphQLSchema:
    return build_schema(_SCHEMA.read_text())


class _Root:
    """The fields of ``Query`` and ``Mutation``; all see only what the token sees."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._github = call.github

    def fields(self) -> Json:
        return {
            "repository": self._repository,
            "node": lambda _, id: self._node(id),  # noqa: A006
            "nodes": lambda _, ids: [self._node(one) for one in ids],
            "rateLimit": self._rate_limit,
            "resolveReviewThread": lambda _, input: self._resolve(input, resolved=True),  # noqa: A006
            "unresolveReviewThread": lambda _, input: self._resolve(input, resolved=False),  # noqa: A006
            "minimizeComment": self._minimize,
            "unminimizeComment": self._unminimize,
            "deletePullRequestReviewComment": self._delete,
            "updatePullRequestReviewComment": self._edit,
            "updateCheckRun": self._update_run,
        }

    def _repository(self, _: Any, owner: str, name: str, **__: bool) -> Json:
        full_name = f"{owner}/{name}"
        found = self._github.repositories.get(full_name) or self._github.moved.get(full_name)
        if found is None or not self._sees(found):
            message = f"Could not resolve to a Repository with the name '{full_name}'."
            raise _refusal("NOT_FOUND", message)
        node = repository_node(found)
        queue = node["mergeQueue"]
        return node | {
            "object": lambda info, **wanted: self._object(node, info, **wanted),
            "mergeQueue": lambda info, branch: self._queue(queue, info, branch),
        }

    def _queue(self, queue: Any, info: Any, branch: str) -> Any:
        self._need("merge_queues:read")
        return queue(info, branch)

    def _object(self, node: Json, info: Any, **wanted: str) -> Any:
        """Content takes a permission that pull requests don't."""
        self._need("contents:read")
        return node["object"](info, **wanted)

    def _node(self, node_id: str) -> Json:
        found = self._find(node_id)
        return thread_node(found) if isinstance(found, Thread) else comment_node(found)

    def _resolve(self, wanted: Json, *, resolved: bool) -> Json:
        """Which permission this takes is disputed: `GitHub.resolving_needs` says."""
        thread = self._find(wanted["threadId"])
        self._need(self._github.resolving_needs)
        if not isinstance(thread, Thread):
            raise _unknown(wanted["threadId"])
        if resolved:
            thread.resolve(self._call.actor)
        else:
            thread.unresolve(self._call.actor)
        return self._payload(wanted, "thread", thread_node(thread))

    def _minimize(self, _: Any, input: Json) -> Json:  # noqa: A002
        comment = self._comment(input["subjectId"])
        comment.minimized = input["classifier"].lower().replace("_", "-")
        return self._payload(input, "minimizedComment", comment_node(comment))

    def _unminimize(self, _: Any, input: Json) -> Json:  # noqa: A002
        comment = self._comment(input["subjectId"])
        comment.minimized = None
        return self._payload(input, "unminimizedComment", comment_node(comment))

    def _delete(self, _: Any, input: Json) -> Json:  # noqa: A002
        comment = self._comment(input["id"])
        if not isinstance(comment, ReviewComment):
            raise _unknown(input["id"])
        node = comment_node(comment)
        comment.delete(self._call.actor)
        return self._payload(input, "pullRequestReviewComment", node)

    def _edit(self, _: Any, input: Json) -> Json:  # noqa: A002
        comment = self._comment(input["pullRequestReviewCommentId"])
        if not isinstance(comment, ReviewComment):
            raise _unknown(input["pullRequestReviewCommentId"])
        comment.edit(input["body"], self._call.actor)
        return self._payload(input, "pullRequestReviewComment", comment_node(comment))

    def _update_run(self, _: Any, input: Json) -> Json:  # noqa: A002
        seen = (one for one in self._github.repositories.values() if self._sees(one))
        repository = next((one for one in seen if one.node_id == input["repositoryId"]), None)
        run = find_run(repository, input["checkRunId"]) if repository is not None else None
        if run is None:
            raise _unknown(input["checkRunId"])
        self._need("checks:write")
        return self._payload(input, "checkRun", update(run, self._call.app, input))

    def _comment(self, node_id: str) -> Comment:
        found = self._find(node_id)
        self._need("pull_requests:write")
        if isinstance(found, Thread):
            raise _unknown(node_id)
        return found

    def _payload(self, wanted: Json, name: str, node: Json | None) -> Json:
        return {"clientMutationId": wanted.get("clientMutationId"), name: node}

    def _rate_limit(self, _: Any, **__: bool) -> Json:
        rate = self._github.limiter.rate(self._call)
        counts = {name: rate[name] for name in ("limit", "remaining", "used")}
        return counts | {"cost": 1, "nodeCount": 0, "resetAt": timestamp(rate["reset"])}

    def _find(self, node_id: str) -> Thread | Comment:
        for repository in self._github.repositories.values():
            for pull in repository.pulls if self._sees(repository) else []:
                comments: list[Comment] = [*pull.issue_comments, *pull.review_comments]
                for thread in pull.threads:
                    if thread.node_id == node_id:
                        return thread
                for comment in comments:
                    if comment_node_id(comment) == node_id:
                        return comment
        raise _unknown(node_id)

    def _sees(self, repository: Repository) -> bool:
        return self._call.token is not None and self._call.token.sees(repository)

    def _need(self, need: str) -> None:
        permission, access = need.split(":")
        if self._call.token is None or not self._call.token.may(permission, access):
            raise _refusal("FORBIDDEN", "Resource not accessible by integration")


def _is_ours(error: GraphQLError) -> bool:
    """Whether it is a mistake of the stand-in itself."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)


def _unknown(node_id: str) -> GraphQLError:
    return _refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'.")


def _refusal(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


def _error(error: GraphQLError) -> Json:
    """GitHub puts an error's type beside its message."""
    formatted = cast("Json", error.formatted)
    kind = formatted.pop("extensions", {}).get("type")
    return formatted | ({"type": kind} if kind else {})
