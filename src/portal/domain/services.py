"""The three services a referral can go to, and in which capacity a person makes it."""

from enum import StrEnum


class Service(StrEnum):
    """Where a referral goes (guide G2)."""

    EARLY_HELP = "early_help"
    SOCIAL_CARE = "social_care"
    LADO = "lado"


class Capacity(StrEnum):
    """ "I am completing this form as a": asked for each child, because it drives wording and rules (guide G23)."""

    SELF = "self"
    PERSONAL = "personal"
    PROFESSIONAL = "professional"


class Relationship(StrEnum):
    """What the referrer is to a person on the referral (domain.md 7.8)."""

    SELF = "self"
    MOTHER = "mother"
    FATHER = "father"
    STEP_PARENT = "step_parent"
    PARENTS_PARTNER = "parents_partner"
    GRANDPARENT = "grandparent"
    AUNT_OR_UNCLE = "aunt_or_uncle"
    SIBLING = "sibling"
    FOSTER_CARER = "foster_carer"
    GUARDIAN = "guardian"
    FAMILY_FRIEND = "family_friend"
    NEIGHBOUR = "neighbour"
    EMPLOYER = "employer"
    COLLEAGUE = "colleague"
    PROFESSIONAL = "professional"
    OTHER = "other"


class Channel(StrEnum):
    """How a referral reached the council; staff enter what is phoned in or posted."""

    PORTAL = "portal"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"
