"""While a webhook secret is being replaced, what was said under the old one is still ours."""

from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE


def test_a_thread_of_the_old_secret_is_known_under_the_new_one(world):
    pull = world.open()
    assert world.run(pull).conclusion == "failure"
    said = len(pull.threads)
    old = world.app.webhook_secret
    world.stop()
    world.app.webhook_secret = f"brand new, {old}"
    world.start()
    world.app.webhook_secret = "brand new"
    pull.push({DANGEROUS: DROP_TABLE + "\n"})
    assert world.run(pull).conclusion == "failure"
    assert len(pull.threads) == said
    pull.push({DANGEROUS: None, SAFE: CREATE_TABLE})
    assert world.run(pull).conclusion == "success"
    assert all(thread.is_resolved for thread in pull.threads)
