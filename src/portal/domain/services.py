"""The three services a referral can go to, and in which capacity a person makes it."""

from enum import StrEnum

from portal.domain.options import Option


class Service(StrEnum):
    """Where a referral goes (guide G2)."""

    EARLY_HELP = "early_help"
    SOCIAL_CARE = "social_care"
    LADO = "lado"


class Capacity(Option):
    """ "I am completing this form as a": asked for each child, because it drives wording and rules (guide G23)."""

    SELF = "self", "Child or young person, asking for help for myself"
    PERSONAL = "personal", "Parent or carer of the child, or a brother, sister, relative, friend or neighbour"
    PROFESSIONAL = "professional", "Professional, as part of my work (Early Help, Social Care or LADO referral)"


class Relationship(Option):
    """What the referrer is to a person on the referral (domain.md 7.8)."""

    SELF = "self", "It is about me"
    MOTHER = "mother", "Mother"
    FATHER = "father", "Father"
    STEP_PARENT = "step_parent", "Step-parent"
    PARENTS_PARTNER = "parents_partner", "Partner of a parent"
    GRANDPARENT = "grandparent", "Grandparent"
    AUNT_OR_UNCLE = "aunt_or_uncle", "Aunt or uncle"
    SIBLING = "sibling", "Brother or sister"
    FOSTER_CARER = "foster_carer", "Foster carer"
    GUARDIAN = "guardian", "Guardian"
    FAMILY_FRIEND = "family_friend", "Family friend"
    NEIGHBOUR = "neighbour", "Neighbour"
    EMPLOYER = "employer", "Employer"
    COLLEAGUE = "colleague", "Colleague"
    PROFESSIONAL = "professional", "Professional who works with them"
    OTHER = "other", "Something else"


class Channel(StrEnum):
    """How a referral reached the council; staff enter what is phoned in or posted."""

    PORTAL = "portal"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"
