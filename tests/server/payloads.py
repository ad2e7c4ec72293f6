"""Deliveries as GitHub sends them, cut down to what there is to be read in them."""

REPOSITORY = {"id": 7, "full_name": "acme/tickets"}
INSTALLATION = {"id": 3}
HEAD = "a" * 40


def person(login="ann", number=1, kind="User"):
    return {"id": number, "login": login, "type": kind}


def event(**values):
    return {"repository": REPOSITORY, "installation": INSTALLATION, "sender": person(), **values}


def pull_request(action="opened", **values):
    pull = {"number": 12, "head": {"sha": HEAD}, "updated_at": "2026-11-23T08:00:00Z"}
    return event(action=action, number=12, pull_request=pull, **values)


def named_pull(number, repository=7):
    return {"number": number, "base": {"repo": {"id": repository}}}


def check(kind, action="rerequested", pulls=()):
    return event(action=action, **{kind: {"head_sha": HEAD, "pull_requests": list(pulls)}})


def comment(body="/migaudit recheck", by=None, action="created", author=None, **issue):
    by = by or person("bob", 2)
    subject = {"number": 12, "state": "open", "user": author or person(), "pull_request": {}}
    return event(
        action=action,
        comment={"id": 99, "body": body, "user": by},
        issue={**subject, **issue},
        sender=by,
    )


def merge_group(action, **values):
    group = {
        "head_sha": HEAD,
        "head_ref": f"refs/heads/gh-readonly-queue/main/pr-12-{'b' * 40}",
        "base_sha": "b" * 40,
    }
    return event(action=action, merge_group=group, **values)


def push(ref, **values):
    return event(ref=ref, before="b" * 40, after=HEAD, **values)
