"""The whole walk over HTTP, on real processes, with the plug pulled."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portal.walkthrough.story import Story
from tests.walk.demonstrations import Looked, looked_after, told

PLUGS = ("web", "worker", "database")
MOMENTS = 20
PEOPLE = 20


@pytest.mark.parametrize("plug", PLUGS)
def test_nothing_answered_is_lost_when_the_plug_is_pulled_after_each_step(plug: str) -> None:
    with looked_after() as looked:
        [story] = looked.stories(1)
        told(story, after_each=lambda step: looked.kill(plug))
        assert_nothing_was_done_twice(story)


def test_nothing_answered_is_lost_when_plugs_are_pulled_at_random_moments() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    drawn = random.Random(seed)
    over = threading.Event()
    pulled: list[str] = []

    def pull_plugs(looked: Looked) -> None:
        while len(pulled) < MOMENTS and not over.wait(drawn.uniform(0.05, 1.2)):
            pulled.append(drawn.choice(PLUGS))
            looked.kill(pulled[-1])

    with looked_after() as looked:
        puller = threading.Thread(target=pull_plugs, args=(looked,))
        puller.start()
        try:
            stories = []
            while len(pulled) < MOMENTS:
                [story] = looked.stories_patiently()
                told(story)
                stories.append(story)
        finally:
            over.set()
            puller.join()
        for story in stories:
            assert_nothing_was_done_twice(story)
    assert len(pulled) == MOMENTS, f"seed {seed}"


def test_twenty_people_at_once_each_play_the_whole_walk() -> None:
    with looked_after() as looked:
        stories = looked.stories(PEOPLE)
        with ThreadPoolExecutor(PEOPLE) as people:
            list(people.map(told, stories))
        everything = inbox_of(stories[0])
        for story in stories:
            assert everything.count(story.referral) == 1
            assert_nothing_was_done_twice(story)
            own = {form["id"] for form in story.priya.do("GET", "/my-submitted-forms")}
            assert own == {story.referral, story.lado_referral}
        assert len({story.reference for story in stories}) == PEOPLE


def assert_nothing_was_done_twice(story: Story) -> None:
    """Each answered step is in the history once, though its request may have been sent several times."""
    topics = [event["topic"].removeprefix("referral.") for event in story.history]
    assert topics.count("document_checked") == 1, "whenever the check was done"
    assert [topic for topic in topics if topic != "document_checked"] == [
        "started",
        "child_added",
        "child_added",
        "child_details_given",
        "children_confirmed",
        "child_added",
        "child_removed",
        "claimed",
        "capacity_declared",
        "capacity_declared",
        "address_confirmed",
        "address_confirmed",
        "danger_declared",
        "answers_given",
        "consent_recorded",
        *["answers_given"] * 4,  # household, home, harm, contact
        "document_attached",
        "submitted",
        "acknowledged",
        "amended",
        "feedback_issued",
        "feedback_issued",
    ]


def inbox_of(story: Story) -> list[str]:
    """The ids of all referrals in the duty worker's inbox, page after page."""
    found: list[str] = []
    page: Any = {"next": ""}
    while page["next"] is not None:
        after = f"?after={page['next'].replace('+', '%2B')}" if page["next"] else ""
        page = story.worker.do("GET", f"/inbox{after}")
        found += [line["id"] for line in page["referrals"]]
    return found
