"""Which files professionals may attach to a referral, from council.toml ([documents])."""

from typing import Annotated

import msgspec

from portal.council.keys import key


class DocumentRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which files may be attached to one referral. They are shown before anybody chooses a file."""

    most: Annotated[int, key("How many files.", ge=1, le=20)] = 10
    megabytes: Annotated[
        int, key("How large each may be, in MB. Above 10, raise clamd's StreamMaxLength first.", ge=1, le=25)
    ] = 10
    together: Annotated[
        int, key("How large all may be together, in MB. The proxy lets through no more than 100.", ge=1, le=100)
    ] = 100
    kinds: Annotated[tuple[str, ...], key("Of which kinds: pdf, jpeg, png, heic, docx, xlsx, txt.", min_length=1)] = (
        "pdf",
        "jpeg",
        "png",
        "docx",
        "xlsx",
        "txt",
    )


class Documents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which files each service takes."""

    early_help: DocumentRules = DocumentRules()
    social_care: DocumentRules = DocumentRules()
    lado: DocumentRules = DocumentRules()
