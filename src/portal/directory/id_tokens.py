"""Which ID tokens are accepted: signed by a key of the directory, for us, just now, for this sign-in."""

from collections.abc import Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from portal.directory.port import NoMember

ALGORITHMS: Final = ("RS256", "PS256", "ES256")  # signatures with the directory's private key; never `none` or a secret
LEEWAY: Final = 60  # seconds that two clocks may differ
OLDEST: Final = 600  # seconds since an ID token was issued
LONGEST: Final = 16_000  # characters


def accepted_claims(
    token: str, keys: KeySet, issuer: str, client: str, nonce: str | None, now: float
) -> Mapping[str, Any]:
    """The claims of an ID token. `nonce` is that of the sign-in (None when a token was renewed). Raises NoMember, and
    InvalidKeyIdError where the directory may have newer keys."""
    if len(token) > LONGEST:
        raise NoMember("an ID token is too long")
    once: dict[str, ClaimsOption] = {"nonce": {"essential": True, "value": nonce}} if nonce else {}
    rules = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        **once,
    )
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        rules.validate(claims)
    except (JoseError, ValueError) as wrong:
        if getattr(wrong, "error", "") == "invalid_key_id":
            raise
        raise NoMember(f"an ID token is not accepted: {type(wrong).__name__}") from None
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", client) != client or (len(audiences) > 1 and "azp" not in claims):
        raise NoMember("an ID token was issued to another client")
    if claims["iat"] < now - OLDEST:
        raise NoMember("an ID token is too old")
    return claims
