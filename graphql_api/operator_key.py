"""The operator's key: in production it opens introspection, suggestions, the schema and GraphiQL."""

import base64
import hmac

from starlette.requests import Request

from graphql_api.refusal import Refused
from graphql_api.settings import Settings


def is_operator(http: Request, settings: Settings) -> bool:
    """Whether the caller may read the schema: anybody in development, who has the key in production."""
    return has_key(http.headers.get("authorization", ""), settings)


def has_key(authorization: str, settings: Settings) -> bool:
    """The same of the header in which a key is sent."""
    if settings.env == "development":
        return True
    key = settings.operator_key.get_secret_value() if settings.operator_key else ""
    return bool(key) and hmac.compare_digest(given(authorization).encode(), key.encode())


def given(authorization: str) -> str:
    """The key a caller sends: as a bearer token, or as the password that a browser asks a person for."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return value.strip() if scheme.lower() == "bearer" else ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except ValueError:  # of base64, of UTF-8, or of what is not even ASCII
        return ""


def must_be_operator(http: Request, settings: Settings) -> None:
    """Raises Refused for anybody else; a browser then asks for the key."""
    if not is_operator(http, settings):
        raise Refused(401, "This needs the operator's key.", "UNAUTHENTICATED", www_authenticate='Basic realm="mediagraph"')
