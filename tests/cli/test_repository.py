"""What surrounds the migrations, as `migaudit check` judges it."""

KNEXFILE = """\
module.exports = {
  client: 'pg',
  connection: 'postgres://shop:k3zx991@db.shop.com/shop',
  migrations: { directory: './migrations' },
};
"""
CREATE = """\
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
"""
DEPLOY = """\
on: push
jobs:
  migrate:
    steps:
      - run: npx knex migrate:latest --env production
"""


def begun(repository):
    repository.write("knexfile.js", KNEXFILE)
    repository.write("migrations/20240101000000_users.js", CREATE)
    repository.commit()
    repository.git("switch", "--quiet", "--create", "topic")


def rules(ran):
    return {finding["rule"] for finding in ran.json["findings"]}


def test_what_a_branch_does_not_change_is_not_judged(repository, migaudit):
    begun(repository)
    repository.write("README.md", "# Shop\n")
    ran = migaudit("check", "--format", "json")
    assert (ran.code, ran.json["findings"]) == (0, [])


def test_what_a_branch_adds_is(repository, migaudit):
    begun(repository)
    repository.write(".github/workflows/deploy.yml", DEPLOY)
    ran = migaudit("check", "--format", "json")
    assert rules(ran) == {
        "ci-deploy-without-approval",
        "ci-deploy-without-backup",
        "ci-migrations-untested",
    }
    assert ran.code == 0


def test_all_of_it_is_judged_on_request(repository, migaudit):
    begun(repository)
    ran = migaudit("check", "--repository")
    assert ran.code == 1
    assert "knexfile-hardcoded-credentials" in ran.output
    assert "knexfile.js:3:" in ran.output


def test_what_cannot_be_judged_is_told(repository, migaudit):
    begun(repository)
    repository.write(".github/workflows/deploy.yml", "jobs: [\n")
    ran = migaudit("check")
    assert ".github/workflows/deploy.yml" in ran.output
    assert "not judged" in " ".join(ran.output.split())


def test_a_request_for_files_is_not_about_the_repository(repository, migaudit):
    file = repository.write("migrations/20240101000000_users.js", CREATE)
    assert migaudit("check", "--repository", file).code == 2
