"""What else is asked about a child, so that help fits: all of it may be left open (domain.md 6.1, 7.5 to 7.7)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from portal.domain.child_age import ChildBasics
from portal.domain.forms.question import AT_WORK, NOT_ABOUT_ME, Data, Words, ask, ask_line
from portal.domain.options import Known
from portal.domain.person import LONGEST_CODE, Ethnicity, Sex
from portal.domain.refusals import Fault
from portal.domain.services import Capacity

NOT_BORN = "U"  # the sex of an unborn child, in the Department for Education's codes
MOST_DISABILITIES = 12  # as many as the children in need census takes
Code = Annotated[str, Meta(max_length=LONGEST_CODE)]


class ChildDetails(ChildBasics, frozen=True, kw_only=True):
    """A child or an unborn child: a name and an age, or that they are not known; the rest may be left open."""

    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    religion: Annotated[
        str,
        ask_line(
            "Religion or belief",
            example="Christian",
            why="So that help suits the family.",
            data=Data.SPECIAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    language: Annotated[
        str,
        ask_line(
            "First language",
            example="Igbo",
            why="So that we speak in words the child knows best.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "Which language do you speak best?"},
        ),
    ] = ""
    interpreter: Annotated[
        str,
        ask_line(
            "Interpreter or signer needed",
            example="British Sign Language",
            why="So that nobody in the family must interpret.",
            data=Data.SPECIAL,
            words={Capacity.SELF: "Do you need an interpreter or signer?"},
        ),
    ] = ""
    disabilities: Annotated[
        tuple[Code, ...],
        ask(
            "Disability",
            hint="Choose all that apply. Leave it open for an unborn child.",
            most=MOST_DISABILITIES,
            example=["HEAR"],
            why="So that the child can take part, and gets the help the law gives.",
            data=Data.SPECIAL,
            codes="disability",
            words={Capacity.SELF: Words("Do you have a disability?", "Choose all that apply.")},
        ),
    ] = ()
    school_support: (
        Annotated[
            Known,
            ask(
                "Does the child get extra help at school (SEN support)?",
                why="School may know more.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    ehcp: (
        Annotated[
            Known,
            ask(
                "Is there an education, health and care plan?",
                why="It says what the child has a right to.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    sen_types: Annotated[
        tuple[Code, ...],
        ask(
            "Type of special educational need",
            most=MOST_DISABILITIES,
            example=["SLCN"],
            why="So that help at home and at school go together.",
            data=Data.SPECIAL,
            of=AT_WORK,
            codes="sen_type",
        ),
    ] = ()
    school: Annotated[
        str,
        ask_line(
            "School, nursery or childminder",
            example="Oakfield Primary School",
            longest=200,
            why="They see the child almost every day.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "Your school or college"},
        ),
    ] = ""
    school_year: Annotated[
        str,
        ask_line("Year at school", example="Year 4", why="To find the child there.", data=Data.PERSONAL),
    ] = ""
    gp: Annotated[
        str,
        ask_line(
            "Doctor (GP)",
            example="Quayside Surgery",
            longest=200,
            why="They know about the child's health.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    phone: Annotated[
        str,
        ask_line(
            "The child's own phone number",
            example="01632 960 184",
            longest=40,
            why="Older children want to be asked themselves.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "Your phone number"},
        ),
    ] = ""
    earlier_addresses: Annotated[
        str,
        ask_line(
            "Where did the child live before, and when did they move?",
            example="Averbourne, until August 2026",
            longest=1000,
            why="Another council may know the family.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    social_worker: Annotated[
        str,
        ask_line(
            "Does the child have a social worker? Who?",
            example="Owen Hughes, Averbourne council",
            longest=200,
            why="So that it reaches them too.",
            data=Data.PERSONAL,
        ),
    ] = ""
    looked_after: (
        Annotated[
            Known,
            ask(
                "Is the child looked after by a council?",
                hint="In a foster family or a children's home.",
                why="Then that council must be told.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    alone_in_country: (
        Annotated[
            Known,
            ask(
                "Is the child seeking asylum without a parent or carer?",
                why="Then the council looks after the child.",
                data=Data.SPECIAL,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    immigration: Annotated[
        str,
        ask_line(
            "Anything we should know about leave to stay in the country",
            example="Asylum claimed in May 2026",
            longest=500,
            why="It can decide which help the family may have.",
            data=Data.SPECIAL,
            of=AT_WORK,
        ),
    ] = ""
    upn_unknown: (
        Annotated[
            str,
            ask(
                "Why is the pupil number not known?",
                longest=LONGEST_CODE,
                example="UN1",
                why="The Department for Education asks every council for it.",
                data=Data.PERSONAL,
                of=AT_WORK,
                codes="upn_unknown",
                not_offered=("UN6", "UN7"),
                instead_of="upn",
            ),
        ]
        | None
    ) = None

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        if self.due and self.sex not in (None, NOT_BORN):
            yield Fault("/sex", "For an unborn child choose “Unknown, or unborn”.")
        if self.due and self.disabilities:
            yield Fault("/disabilities", "Leave this open for an unborn child.")
        if self.upn and self.upn_unknown:
            yield Fault("/upn_unknown", "Give the UPN, or say why it is not known, not both.")
