"""How the adult of concern works with children, and whether they still do (domain.md 6.3)."""

from datetime import date
from typing import Annotated

from portal.domain.forms.question import AT_WORK, NOT_ABOUT_ME, Data, ask, ask_line
from portal.domain.forms.section import Section
from portal.domain.options import Known, Option


class Basis(Option):
    """On what terms somebody works."""

    PERMANENT = "permanent", "Permanent"
    TEMPORARY = "temporary", "Temporary"
    FIXED_TERM = "fixed_term", "Fixed term"
    AGENCY = "agency", "Through an agency"
    VOLUNTEER = "volunteer", "Volunteer"
    FOSTER_CARER = "foster_carer", "Foster carer"
    SELF_EMPLOYED = "self_employed", "Self-employed"
    OTHER = "other", "Something else"


class AtWorkNow(Option):
    """Whether they still work with children."""

    AT_WORK = "at_work", "At work as before"
    MOVED = "moved", "At work, but not with children"
    SUSPENDED = "suspended", "Suspended"
    RESIGNED = "resigned", "Resigned or dismissed"
    NOT_WORKING = "not_working", "Not at work for another reason, such as leave"
    NOT_KNOWN = "not_known", "I do not know"


class Employment(Section, frozen=True, kw_only=True):
    """The adult's work with children."""

    NAME = "employment"
    TITLE = "The adult's work"
    INTRO = "What you do not know you can leave open."
    OF = NOT_ABOUT_ME

    now: (
        Annotated[
            AtWorkNow,
            ask(
                "Do they work with children at this moment?",
                hint="Please do not suspend anybody before we have spoken, unless a child would be in danger.",
                why="So that children are safe while we find out.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    sector: (
        Annotated[
            str,
            ask(
                "In which field do they work?",
                longest=40,
                example="education",
                why="Each field has rules and a regulator of its own.",
                data=Data.PERSONAL,
                codes="lado_sector",
            ),
        ]
        | None
    ) = None
    basis: (
        Annotated[
            Basis,
            ask(
                "On what terms do they work?",
                why="It decides who must keep children safe from them.",
                data=Data.PERSONAL,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    since: Annotated[
        str,
        ask_line(
            "Since when do they work there?",
            example="September 2021",
            why="To know which children they have met.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    employer_address: Annotated[
        str,
        ask_line(
            "Address of the employer, if it is not where they work",
            longest=500,
            why="The council where the employer is based deals with it.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    manager: Annotated[
        str,
        ask_line(
            "Who is their manager?",
            example="Siân Powell, 01632 960 171",
            longest=300,
            why="So that we speak with the right person.",
            data=Data.PERSONAL,
        ),
    ] = ""
    case_manager: Annotated[
        str,
        ask_line(
            "Which senior manager deals with it?",
            longest=300,
            why="They must be at the meeting.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    hr_contact: Annotated[
        str,
        ask_line(
            "Whom can we reach in human resources?",
            longest=300,
            why="They know the rules of the employer.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    dbs: (
        Annotated[
            Known,
            ask(
                "Is there a criminal record (DBS) check?",
                why="Its body may have to be told.",
                data=Data.CRIMINAL,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    dbs_number: Annotated[
        str,
        ask_line(
            "DBS certificate number",
            example="001234567890",
            longest=40,
            why="To find the check.",
            data=Data.CRIMINAL,
            of=AT_WORK,
            when=("dbs", Known.YES.value),
        ),
    ] = ""
    dbs_on: (
        Annotated[
            date,
            ask(
                "Date of the DBS certificate",
                example="2021-09-06",
                why="To know how old the check is.",
                data=Data.CRIMINAL,
                past=True,
                of=AT_WORK,
                when=("dbs", Known.YES.value),
            ),
        ]
        | None
    ) = None
    registration: Annotated[
        str,
        ask_line(
            "Professional registration, and its number",
            hint="For example with the TRA, Social Work England, the NMC, the HCPC or Ofsted.",
            longest=300,
            why="The regulator may have to be told.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    own_children: Annotated[
        str,
        ask_line(
            "Children of their own, or whom they care for",
            hint="Names and ages, if you know them.",
            longest=1000,
            why="These children may need help too.",
            data=Data.PERSONAL,
        ),
    ] = ""
