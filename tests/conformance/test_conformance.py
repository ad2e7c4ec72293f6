"""A quick part of `scripts/conformance`: one package of each kind, and the edited migrations."""

from tests.conformance.figures import claims_of, immutability, on_a_server, published
from tests.conformance.reversal_figures import reversed_on_a_server
from tests.corpus.packages import listings
from tests.postgres.server import running_server

QUICK = ["@backstage-community/plugin-copilot-backend@1.1.0", "@gzl10/nexus-backend@1.0.0-alpha.0"]


def missed(figures):
    return [(figure.what, figure.told, figure.details) for figure in figures if not figure.holds]


def test_migrations_send_what_real_knex_sends():
    assert missed(published(QUICK)) == []


def test_histories_are_what_a_server_has_after_each_migration():
    assert missed(on_a_server(QUICK)) == []


def test_histories_are_what_a_server_has_after_migrating_at_once():
    (listing,) = listings("@backstage-community/plugin-copilot-backend@1.1.0")
    with running_server() as address:
        claims = list(claims_of(listing, address, at_once=True))
    assert len(claims) > 1000
    assert [claim for claim in claims if not claim.holds] == []


def test_a_down_is_told_to_bring_back_what_it_brings_back_on_a_server():
    assert missed(reversed_on_a_server(QUICK)) == []


def test_edited_migrations_are_told_from_reformatted_ones(tmp_path):
    assert missed(immutability(tmp_path)) == []
