"""Comments and reactions as people see them."""

from app.github import Emoji
from tests.github.world import MIGRATION


def test_a_comment_is_made_edited_and_deleted(world):
    comments = world.client.comments
    made = comments.create(world.pull.number, "first")
    comments.update(made.id, "second")
    assert [comment.body for comment in world.pull.issue_comments] == ["second"]
    comments.delete(made.id)
    assert comments.list(world.pull.number) == ()


def test_ours_are_told_from_those_of_people_and_of_other_apps(world):
    mine = world.client.comments.create(world.pull.number, "mine")
    world.pull.comment("hers", by="ann")
    other = world.github.create_app("other")
    world.pull.comment("its", by="other[bot]", app=other)
    listed = world.client.comments.list(world.pull.number)
    assert [(comment.author, comment.ours) for comment in listed] == [
        ("migaudit[bot]", True),
        ("ann", False),
        ("other[bot]", False),
    ]
    assert listed[0].id == mine.id


def test_comments_of_all_pages_are_listed(world):
    for number in range(130):
        world.pull.comment(str(number))
    assert len(world.client.comments.list(world.pull.number)) == 130


def test_a_reaction_given_twice_is_one(world):
    comment = world.pull.comment("/migaudit recheck")
    for _ in range(2):
        world.client.comments.react(comment.id, Emoji.EYES)
    assert [reaction.content for reaction in comment.reactions] == ["eyes"]


def test_threads_of_all_pages_are_listed(world):
    for number in range(101):
        world.pull.review_comment(str(number), MIGRATION, 3)
    threads = world.client.reviews.threads(world.pull.number)
    assert [thread.comments[0].body for thread in threads] == [str(n) for n in range(101)]


def test_a_thread_says_who_spoke_and_who_resolved_it(world):
    world.pull.review_comment("a question", MIGRATION, 3, by="bob")
    world.pull.threads[0].reply("an answer", "ann")
    world.pull.threads[0].resolve("bob")
    (thread,) = world.client.reviews.threads(world.pull.number)
    assert (thread.resolved, thread.resolved_by, thread.replied) == (True, "bob", True)
    assert [comment.ours for comment in thread.comments] == [False, False]
