"""The main journey over the API: register, refer two children, send, read, answer, replay."""

from portal.domain.account_details import Role
from tests.portals import AMARA, JONAH, Playground, filled_in


async def test_a_referral_travels_from_its_referrer_to_the_desk_and_back(play: Playground) -> None:
    priya, worker, auditor = play.person(), await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    await play.registered(priya)
    referral = await filled_in(priya, children=(AMARA, JONAH))

    sent = await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    reference = sent["submission"]["reference"]
    assert sent["missing"] == []

    [line] = (await worker.get("/inbox"))["referrals"]
    assert (line["reference"], line["status"], line["referrer"]) == (reference, "new", "Oakfield Primary School")
    assert [child["initials"] for child in line["children"]] == ["AO", "JO"]

    opened = await worker.do("POST", f"/inbox/{referral}/opening")
    assert opened["referrer"]["name"] == "Priya Nair"
    assert opened["referral"]["people"][0]["child"]["given_name"] == "Amara"

    await worker.do("POST", f"/inbox/{referral}/acknowledgement")
    feedback = {
        "outcome": "A social worker will visit.",
        "what_happens_next": "They will ring you on Wednesday.",
        "whom_to_ring": "The front door, 01632 960 100",
        "how_to_disagree": "Ask for the team manager.",
    }
    await worker.do("POST", f"/inbox/{referral}/feedback", feedback)

    [form] = await priya.get("/my-submitted-forms")
    assert (form["status"], form["feedback_count"], form["about"]) == ("answered", 1, ["Amara Okafor", "Jonah Okafor"])
    assert (await priya.get(f"/referrals/{referral}"))["feedback"][0]["feedback"]["outcome"] == feedback["outcome"]

    replay = await auditor.do("POST", f"/audit/{referral}/replay", {"reason": "Quarterly sample", "version": 2})
    topics = [event["topic"] for event in replay["events"]]
    assert topics[:2] == ["referral.started", "referral.child_added"]
    assert topics[-3:] == ["referral.submitted", "referral.acknowledged", "referral.feedback_issued"]
    assert [event["topic"] for event in replay["openings"]] == ["access.opened"] * 4  # opened, read twice, replayed
    assert len(replay["referral"]["people"]) == 1

    await play.drain()
    subjects = {letter.subject for letter in await play.letters("priya.nair@oakfield.example")}
    assert {"There is a message for you", "We have received your form"} <= subjects
    [arrival] = await play.letters("team-two@severnshire.example")
    assert reference in arrival.text
