"""The web serves once its projections show what is in the log; one that is stuck keeps nobody from anything."""

import pytest

from portal.eventstore.standing import Standing
from portal.working import caught_up
from tests.portals import Playground, filled_in


async def test_serving_waits_for_a_projection_that_is_still_being_built(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    await filled_in(priya)
    await play.as_owner("delete from staff_inbox")
    await play.as_owner("update checkpoints set position = 0 where name = 'staff_inbox'")
    told: list[Standing] = []
    assert await caught_up(play.settings, told.append)
    assert told and all(each.position < each.head for each in told)
    assert await play.portal.pool.fetchval("select count(*) from staff_inbox") == 1
    told.clear()
    assert await caught_up(play.settings, told.append)
    assert not told


async def test_what_is_stuck_does_not_keep_the_rest_from_being_served(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.working.STUCK", 0.5)
    await play.registered(play.person())
    await play.as_owner("alter table dashboard rename to dashboard_away")
    assert not await caught_up(play.settings, lambda _: None)
