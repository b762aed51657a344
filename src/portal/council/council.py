"""One council, as its file council.toml describes it."""

from typing import Annotated

import msgspec

from portal.council.area import Area
from portal.council.documents import Documents
from portal.council.hours import Opening
from portal.council.keys import Domain, Phone, Text, key
from portal.council.limits import Clocks, Limits
from portal.council.pages import Pages
from portal.council.rates import Networks, Rates
from portal.council.services import LEVELS, LevelOfNeed, Services, refuse_levels_out_of_order
from portal.council.signing_in import DirectoryRules, PasswordRules
from portal.council.teams import TeamMailboxes


class Council(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The council itself: its names and numbers."""

    name: Annotated[Text, key("The council's name.")]
    front_door_phone: Annotated[Phone, key("The front door's number, in its hours.")]
    out_of_hours_phone: Annotated[Phone, key("The number for when the front door is closed.")]
    help_phone: Annotated[Phone, key("The number for people who are stuck with the portal itself.")]
    mail_sender: Annotated[
        Text, key("Who signs letters. Somebody else may see them, so it must not say what the forms are about.")
    ]
    mail_service: Annotated[Text, key("What letters call the portal. It must not say what the forms are about.")]
    trusted_domains: Annotated[
        tuple[Domain, ...],
        key(
            "Domains of e-mail addresses, with those below them, whose professionals are known to be some. All others "
            'are "not verified" until staff confirm them.'
        ),
    ] = ("police.uk", "nhs.net", "nhs.uk", "gov.uk", "sch.uk")
    levels_of_need: Annotated[
        tuple[LevelOfNeed, ...],
        key("The levels of the council's threshold document, the lowest first: number, name, and a line about each."),
    ] = LEVELS
    hours: Opening
    team_mailboxes: TeamMailboxes
    pages: Pages
    services: Services = Services()
    limits: Limits = Limits()
    clocks: Clocks = Clocks()
    passwords: PasswordRules = PasswordRules()
    directory: DirectoryRules | None = None
    documents: Documents = Documents()
    rates: Rates = Rates()
    networks: Networks = Networks()
    area: Area = Area()

    def __post_init__(self) -> None:
        refuse_levels_out_of_order(self.levels_of_need)
