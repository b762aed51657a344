"""The teams who are told that something has arrived."""

from typing import Annotated

import msgspec

from portal.council.keys import Mailbox, key


class TeamMailboxes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where each team is told that something has arrived. The letter has a reference and a link, nothing else."""

    early_help: Annotated[Mailbox, key("The team that reads requests for early help.")]
    social_care: Annotated[Mailbox, key("The front door of children's social care.")]
    lado: Annotated[Mailbox, key("The designated officer (LADO) and their team.")]
    service_feedback: Annotated[Mailbox, key("The team that reads what people say about services they received.")]
    foster_enquiries: Annotated[Mailbox, key("The team that answers people who may become foster carers.")]
