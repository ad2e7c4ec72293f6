'''A GitHub on 127.0.0.1 over real git repositories, for tests and the demo.

It behaves as GitHub documents, limits and refusals included, and not as migaudit happens to use it. ::

    with GitHub(tmp_path) as github:                     # listens on a random port
        app = github.create_app(webhook_url="http://127.0.0.1:8000/webhooks/github")
        repository = github.create_repository("acme/tickets", files={"knexfile.js": "…"})
        app.install(repository)                          # the App sees this repository from now on
        repository.grant("ann", "write")                 # people appear when they are first named

        pull = repository.open_pull("add-index", files={"migrations/2_x.js": "…"}, by="ann")
        github.webhooks.wait()                           # until every delivery was answered (or failed)

        run = pull.check_run("migaudit")                 # the newest run of that name on the head
        run.status, run.conclusion, run.title, run.summary, run.annotations
        [(c.path, c.line, c.body) for c in pull.review_comments]
        pull.page                                        # address of the page a person looks at
        github.assert_clean()                            # no request and no answer broke GitHub's description

Addresses are those of GitHub Enterprise Server: ``github.api_url`` is ``http://127.0.0.1:PORT/api/v3``
(so ``MIGAUDIT_GITHUB_API_URL``), GraphQL is ``/api/graphql``, pages are at ``/OWNER/REPOSITORY/pull/N``.

``GitHub(directory, *, limits=Limits(), port=0)``
    ``url``, ``api_url``, ``requests`` (a log of `Exchange`: method, path, body, status), ``violations``,
    ``assert_clean()``, ``clock.advance(seconds)`` (tokens expire, limits reset),
    ``faults.add(Fault(…))``, ``webhooks``, ``create_app``, ``create_user``, ``create_repository``,
    ``repository("acme/tickets")``, ``start()``, ``stop()``.

`App`: ``id``, ``private_key`` (PKCS#1 PEM), ``webhook_secret``, ``webhook_url`` (settable),
    ``install(*repositories, permissions=None) -> Installation``; an `Installation` has ``id``,
    ``suspend()``, ``unsuspend()``, ``delete()``, ``add(repository)``, ``remove(repository)``,
    ``permissions`` (a dictionary, may be lowered by a test).

`Repository`: ``full_name``, ``directory`` (bare git), ``git``,
    ``commit(branch, files, message=…, start=None) -> sha`` (no event; a value of None deletes the file),
    ``push(branch, files, …)``, ``force_push(branch, files, start=…)`` (with push and synchronize events),
    ``open_pull(branch, files=None, base=None, title=…, body=…, by="ann", draft=False)``
    (``"bob:branch"`` from a fork made by ``repository.fork("bob")``), ``pull(number)``, ``pulls``,
    ``grant(login, permission)``, ``check_runs`` and ``check_run(name, sha)``, ``rename(name)``.

`PullRequest`: ``number``, ``head_sha``, ``state``, ``page``, ``push(files)``, ``force_push(files)``,
    ``close()``, ``reopen()``, ``ready_for_review()``, ``convert_to_draft()``, ``change_base(branch)``,
    ``edit(title)``, ``merge()``, ``lock()``, ``comment(body, by=…) -> IssueComment``,
    ``review_comment(body, path, line, by=…) -> ReviewComment``, ``check_runs``, ``check_run(name)``,
    ``reviews``, ``review_comments``, ``threads``, ``issue_comments``.

`Thread`: ``comments``, ``is_resolved``, ``is_outdated``, ``resolve(by)``, ``unresolve(by)``, ``reply(body, by)``.
`ReviewComment`, `IssueComment`: ``body``, ``user``, ``reactions``, ``minimized``, ``edit(body, by)``,
    ``delete(by)``; a `ReviewComment` has ``path``, ``line`` (None once outdated), ``start_line``, ``side``.
`CheckRun`: also ``rerequest(by)`` and ``request_action(identifier, by)``; `CheckSuite`: ``rerequest(by)``.

`Webhooks` (``github.webhooks``): ``deliveries`` (each with ``event``, ``action``, ``payload``, ``guid``,
    ``attempts``), ``wait(timeout)``, ``redeliver(delivery)``, ``hold()``, ``release(reverse=False)``,
    ``lose(event=None, times=1)``, ``double(event=None, times=1)``, ``delay(seconds, event=None, times=1)``.

`Fault(method, path, status=502, *, nth=1, times=1, after=False, headers={}, body=None, reset=False, delay=0.0)`
    ``path`` is a pattern as of `fnmatch` below ``/api/v3``; ``after=True`` does the work first and then fails;
    ``Fault.rate_limited(…)`` and ``Fault.secondary_limit(…)`` are GitHub's two refusals.
'''
