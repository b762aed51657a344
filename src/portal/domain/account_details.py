"""What an account knows of its owner, and what the owner may do."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from portal.domain.facts import Facts, line
from portal.domain.options import Option
from portal.domain.refusals import Fault

_PART = r"[^\s<>()\[\],;:\\\"@]+"


class AccountKind(StrEnum):
    """Public, or professional: then organisation, role and work phone are asked (guide G10)."""

    PUBLIC = "public"
    PROFESSIONAL = "professional"


class Role(StrEnum):
    """What somebody does at the council; applicants have none. What each may do: application/policy.py."""

    WORKER = "worker"
    MANAGER = "manager"
    LADO = "lado"
    LADO_MANAGER = "lado_manager"
    SERVICE_FEEDBACK = "service_feedback"
    FOSTERING = "fostering"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class OrganisationKind(Option):
    """Where a professional works; what the council returns to the Department for Education is derived from
    it (domain/codes)."""

    SCHOOL = "school", "School"
    EARLY_YEARS = "early_years", "Nursery or other early years setting"
    EDUCATION_OTHER = "education_other", "College or other education"
    GP = "gp", "GP surgery"
    HEALTH_VISITOR = "health_visitor", "Health visiting"
    SCHOOL_NURSE = "school_nurse", "School nursing"
    PRIMARY_HEALTH = "primary_health", "Another primary health service"
    EMERGENCY_DEPARTMENT = "emergency_department", "Emergency department"
    HOSPITAL = "hospital", "Hospital"
    HEALTH_OTHER = "health_other", "Another health service"
    POLICE = "police", "Police"
    HOUSING = "housing", "Housing"
    SOCIAL_CARE = "social_care", "Social care"
    EARLY_HELP = "early_help", "Early help"
    COUNCIL = "council", "This council"
    OTHER_COUNCIL = "other_council", "Another council"
    COURTS_AND_PROBATION = "courts_and_probation", "Courts or probation"
    VOLUNTARY = "voluntary", "Charity or voluntary organisation"
    OTHER = "other", "Another organisation"


Email = Annotated[
    str,
    Meta(
        title="E-mail address",
        description="Codes and answers go there, so check it.",
        max_length=254,
        pattern=rf"^{_PART}@{_PART}\.[^.\s<>()\[\],;:\\\"@]+$",  # what a letter can be sent to
        examples=["priya.nair@oakfield.example"],
    ),
]


class PersonDetails(Facts, frozen=True, kw_only=True):
    """Who somebody is; of a professional, where they work as what."""

    kind: Annotated[AccountKind, Meta(title="Kind of account")]
    name: Annotated[str, line("Your full name", "Priya Nair", longest=200, required=True)]
    phone: Annotated[str, line("Phone number", "01632 960 017", longest=40)] = ""
    organisation: Annotated[str, line("Organisation", "Oakfield Primary School", longest=200)] = ""
    organisation_kind: OrganisationKind | None = None
    role: Annotated[str, line("Your role", "Designated safeguarding lead", longest=200)] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        if self.kind is AccountKind.PROFESSIONAL:
            if not self.organisation:
                yield Fault("/organisation", "Enter the organisation you work for.")
            if self.organisation_kind is None:
                yield Fault("/organisation_kind", "Choose what kind of organisation it is.")
            if not self.role:
                yield Fault("/role", "Enter your role.")
            if not self.phone:
                yield Fault("/phone", "Enter your work phone number, so that we can ring you back.")


class OwnerDetails(PersonDetails, frozen=True, kw_only=True):
    """Who owns an account. The e-mail address is the user name (guide G11)."""

    email: Email
