"""What a council calls its services and its levels of need."""

from typing import Annotated

import msgspec
from msgspec import Meta

from portal.council.keys import Text, key


class ServiceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a service is called, and a line on what it is for."""

    name: Text
    about: Text


class Services(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read of each service: its `name`, and a line `about` what it is for. Families First programmes call
    early help "Family Help"; the service behind the name stays the same."""

    early_help: Annotated[ServiceWords, key("Help for a family that agrees to it.")] = ServiceWords(
        "Early Help", "Support for a family before problems grow. The family has to agree."
    )
    social_care: Annotated[ServiceWords, key("For a child who may be at risk of harm or in need.")] = ServiceWords(
        "Children's Social Care", "When you are worried that a child is being harmed, or may be."
    )
    lado: Annotated[ServiceWords, key("About an adult who works or volunteers with children.")] = ServiceWords(
        "LADO", "When you are worried about how an adult who works with children has behaved."
    )


class LevelOfNeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of the council's threshold document: which number, what it is called, what it means."""

    level: Annotated[int, Meta(ge=1, le=5)]
    name: Text
    about: Text


LEVELS = (
    LevelOfNeed(1, "Universal", "Needs that schools, health and other services for everybody can meet."),
    LevelOfNeed(2, "Early help", "Needs that one more service can meet, with the family's agreement."),
    LevelOfNeed(3, "Targeted", "Several needs that services have to meet together, with a plan."),
    LevelOfNeed(4, "Statutory", "A child who is in need or may be suffering significant harm."),
)


def refuse_levels_out_of_order(levels: tuple[LevelOfNeed, ...]) -> None:
    """Raises ValueError unless each level is there once, the lowest first."""
    numbers = [each.level for each in levels]
    if numbers != sorted(set(numbers)) or not numbers:
        raise ValueError("levels_of_need: give each level once, the lowest first")
