"""What is asked about the adult of concern: somebody who works or volunteers with children (LADO, domain.md 6.3)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.forms.question import Data, ask, ask_line
from portal.domain.person import Ethnicity, PersonDetails, Sex
from portal.domain.refusals import Fault


class AdultDetails(PersonDetails, frozen=True, kw_only=True):
    """The adult of concern: somebody who works or volunteers with children (LADO, domain.md 6.3)."""

    born: (
        Annotated[
            date,
            ask("Date of birth, if you know it", example="1984-11-14", why="To know who it is.", data=Data.PERSONAL),
        ]
        | None
    ) = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    job_title: Annotated[
        str,
        ask_line(
            "Job or volunteer role",
            example="Swimming coach",
            why="It shows how they meet children.",
            data=Data.PERSONAL,
        ),
    ] = ""
    employer: Annotated[
        str,
        ask_line(
            "Employer or organisation",
            example="Severnmouth Swimming Club",
            longest=200,
            why="The employer must keep children safe while we find out.",
            data=Data.PERSONAL,
        ),
    ] = ""
    phone: Annotated[
        str,
        ask_line("Phone number", example="01632 960 142", longest=40, why="To know who it is.", data=Data.PERSONAL),
    ] = ""
    email: Annotated[
        str,
        ask_line(
            "E-mail address", example="colin@example.org", longest=254, why="To know who it is.", data=Data.PERSONAL
        ),
    ] = ""
    home_address: Annotated[
        str,
        ask_line(
            "Where do they live, if you know it?",
            example="8 Quay Street, Severnmouth",
            longest=500,
            why="Children may be at risk there too.",
            data=Data.PERSONAL,
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        if self.born and self.born > today:
            yield Fault("/born", "The date of birth must be in the past.")
