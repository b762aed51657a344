"""Referring again: a new draft that begins with the people of one that was sent."""

from portal.application.own_referral import OwnReferral
from portal.application.policy import Act
from portal.application.portal import Outcome
from portal.application.sent_text import refuse_text_put_away
from portal.application.visitors import allow, theirs
from portal.domain.beginning_again import take_over
from portal.domain.referral import Referral
from portal.domain.refusals import Refused
from portal.eventstore.work import Work


async def refer_again(own: OwnReferral) -> Outcome[Referral]:
    """A new draft for the same service. Refused before sending, and once its sender does not see any more what they
    wrote. The same command twice makes one draft."""
    allow(own.who, Act.SEND)

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, own.id)
        sent = theirs(own.who, Act.READ_OWN, loaded)
        if sent.submission is None:
            raise Refused("This form has not been sent yet. Carry on with it instead.")
        refuse_text_put_away(own.portal, own.who, sent)
        draft = Referral.start(own.command.id_for("referral"), sent.service, own.who.account, "", now)
        work.add(draft)
        ids = [own.command.id_for(f"child {number}") for number, _ in enumerate(sent.children)]
        take_over(sent, draft, ids, now)
        return draft

    return await own.perform(decide)
