"""Taking bytes in without HTTP."""

from domain import Media, Principal
from domain.ports import Parts
from domain.upload import Arrival, take_in
from tests.persistence.test_storage import sent


async def taken(parts: Parts, principal: Principal, content: bytes, name: str = "a.bin") -> Media:
    """The media that bytes became."""
    return (await take_in(parts, principal, Arrival(filename=name), sent(content)))[0]
