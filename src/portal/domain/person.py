"""What is asked about anybody a referral is about, child or adult."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.facts import Facts
from portal.domain.forms.answering import answer_faults
from portal.domain.forms.question import NOT_ABOUT_ME, Data, Words, ask, ask_line
from portal.domain.refusals import Fault
from portal.domain.services import Capacity

LONGEST_CODE = 10

Sex = Annotated[
    str,
    ask(
        "Sex",
        longest=LONGEST_CODE,
        example="F",
        why="The Department for Education asks every council for it.",
        data=Data.PERSONAL,
        codes="sex",
    ),
]
Ethnicity = Annotated[
    str,
    ask(
        "Ethnicity",
        hint="Only as the person or their parents see it. Do not guess: choose “not yet obtained”.",
        longest=LONGEST_CODE,
        example="BAFR",
        why="So that help suits the family, and to see that nobody is left out.",
        data=Data.SPECIAL,
        codes="ethnicity",
        words={Capacity.SELF: Words("Your ethnicity", "Only if you want to say.")},
    ),
]

NAME_NOT_KNOWN = "Name not known"


class PersonDetails(Facts, frozen=True, kw_only=True):
    """A name, or that it is not known and what the person looks like or is called by."""

    given_name: Annotated[
        str,
        ask_line(
            "First name",
            example="Amara",
            why="To know who it is about.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "Your first name"},
        ),
    ] = ""
    family_name: Annotated[
        str,
        ask_line(
            "Last name",
            example="Okafor",
            why="To know who it is about.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "Your last name"},
        ),
    ] = ""
    also_known_as: Annotated[
        str,
        ask_line(
            "Other names, now or before",
            hint="For example a nickname, or a name from before a marriage.",
            example="Ama",
            longest=200,
            why="To find them in our records.",
            data=Data.PERSONAL,
        ),
    ] = ""
    name_not_known: Annotated[
        bool,
        ask(
            "I do not know the name",
            why="You can tell us even if you do not know a name.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            instead_of="given_name",
        ),
    ] = False
    description: Annotated[
        str,
        ask_line(
            "What you know instead of a name",
            example="A boy of about six in a red coat, lives above the shop",
            longest=1000,
            why="So that we can find out who it is.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            when=("name_not_known", True),
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        named = bool(self.given_name or self.family_name)
        if named and self.name_not_known:
            yield Fault("/name_not_known", "Give a name, or say that you do not know it, not both.")
        if not named and not self.name_not_known:
            yield Fault("/given_name", "Enter the name, or say that you do not know it.")
        if self.name_not_known and not self.description:
            yield Fault("/description", "Tell us what you know about this person, since you do not know the name.")
        yield from answer_faults(self, today)

    @property
    def initials(self) -> str:
        """What a list may show of somebody until the referral is opened."""
        return "".join(name[0].upper() for name in (self.given_name, self.family_name) if name) or "?"

    @property
    def called(self) -> str:
        """What to call this person on the referrer's own pages."""
        return " ".join(filter(None, (self.given_name, self.family_name))) or NAME_NOT_KNOWN
