"""What is done about media that are the same: as bytes come in that a media has, and when people have looked at them."""

from collections.abc import Sequence

from domain.duplicate import DuplicatePolicy
from domain.errors import INPUT, DuplicateMedia, LimitExceeded, Path
from domain.ids import Id
from domain.media import Media
from domain.merging import Merge, merge_into
from domain.ports import Work
from domain.usage import InUsePolicy, trash_unless_used

MOST_SUPERSEDED = 100
FILE: Path = (*INPUT, "file")


async def known_bytes(work: Work, sha256: str, policy: DuplicatePolicy) -> list[Media]:
    """The media that have these bytes, oldest first, as far as the policy asks for them.

    To be called in the transaction that adds a media: of many who bring the same bytes at once, all but one find it.

    Raises:
        DuplicateMedia: there is one, and the policy is to reject more.
        LimitExceeded: there are too many to be replaced.
    """
    if policy is DuplicatePolicy.KEEP_BOTH:
        return []
    found = await work.media.with_sha256(sha256, MOST_SUPERSEDED + 1 if policy is DuplicatePolicy.REPLACE else 1)
    if found and policy is DuplicatePolicy.REJECT:
        raise DuplicateMedia(found[0].id, path=FILE)
    if len(found) > MOST_SUPERSEDED:
        raise LimitExceeded(f"At most {MOST_SUPERSEDED} are replaced at once.", limit=MOST_SUPERSEDED, path=FILE)
    return found


async def supersede(work: Work, key: Id, older: Sequence[Media]) -> None:
    """Puts media into the trash and another in their place: it wears their tags, and is where they were in collections.

    Raises:
        MediaInUse: something uses one of them.
    """
    if not older:
        return
    ids = [one.id for one in older]
    await merge_into(work, key, ids, Merge(usages=False, description=False, rating=False))
    for done in await trash_unless_used(work.media, work.usages, ids, InUsePolicy.RESTRICT):
        if done.fault:
            done.fault.path = FILE
            raise done.fault
