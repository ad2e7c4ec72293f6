"""What GitHub says is unchanged is what it said before, and costs nothing of its limit."""

from app.github.etags import MOST_CHARACTERS, Etags


def statuses(world, ending):
    return [seen.status for seen in world.github.requests if seen.path.endswith(ending)]


def test_an_unchanged_answer_is_not_sent_again(world):
    path = f"/pulls/{world.pull.number}"
    first = world.client.pull(world.pull.number)
    assert world.client.pull(world.pull.number) == first
    same = world.ours.repository(world.installation.id, world.repository.id, "acme/tickets")
    assert same.pull(world.pull.number) == first
    assert statuses(world, path) == [200, 304, 304]


def test_a_changed_answer_is(world):
    world.client.pull(world.pull.number)
    world.pull.push({"README.md": "new\n"})
    assert world.client.pull(world.pull.number).head_sha == world.pull.head_sha
    assert statuses(world, f"/pulls/{world.pull.number}") == [200, 200]


def test_an_unchanged_list_has_all_its_pages(world):
    for number in range(101):
        world.pull.comment(f"{number}")
    first = tuple(world.client.comments.list(world.pull.number))
    assert len(first) == 101
    assert tuple(world.client.comments.list(world.pull.number)) == first
    assert statuses(world, "comments") == [200, 200, 304, 304]


def test_of_very_much_the_last_is_kept():
    etags = Etags()
    quarter = "x" * (MOST_CHARACTERS // 4)
    for number in range(6):
        etags.keep(f"/{number}", {"etag": f'"{number}"'}, quarter)
    etags.keep("/6", {"etag": '"6"'}, quarter + "x")
    etags.keep("/7", {}, "x")
    assert [number for number in range(8) if etags.get(f"/{number}")] == [2, 3, 4, 5]
