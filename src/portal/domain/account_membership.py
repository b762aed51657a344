"""Who somebody is in the council's directory."""

import msgspec


class Membership(msgspec.Struct, frozen=True):
    """Who somebody is in the council's directory: the directory and its own lasting name for them. Never an e-mail
    address, which may be given to somebody else tomorrow."""

    issuer: str
    subject: str
