"""What is done about media that are the same: as bytes come in that a media has, and when people have looked at them."""

from collections.abc import Sequence

from domain.duplicate import DiscardAction, DuplicatePolicy
from domain.errors import INPUT, DuplicateMedia, Invalid, LimitExceeded, NotFound, Path
from domain.ids import Id
from domain.media import Media, Outcome
from domain.merging import Merge, merge_into
from domain.ports import Work
from domain.usage import InUsePolicy, trash_unless_used

MOST_SUPERSEDED = 100
FILE: Path = (*INPUT, "file")
KEEP: Path = (*INPUT, "keep")


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
    await discard_all(work, ids, [FILE for _ in ids])


async def discard_all(work: Work, ids: Sequence[Id], paths: Sequence[Path]) -> list[Outcome]:
    """Puts media into the trash, or none of them; each stands in the input at a path of its own.

    Raises:
        MediaInUse: something uses one of them.
    """
    outcomes = await trash_unless_used(work.media, work.usages, ids, InUsePolicy.RESTRICT)
    for done, path in zip(outcomes, paths, strict=True):
        if done.fault:
            done.fault.path = path
            raise done.fault
    return outcomes


async def resolve_duplicates(
    work: Work, keep: Id, discard: Sequence[Id], action: DiscardAction, merge: Merge
) -> list[Outcome]:  # fmt: skip
    """Keeps one media for several, and gives it what the others have, before these go to the trash; or remembers that none of
    the others is a duplicate of it. What became of each, that is kept first; whether they are alike is not asked.

    Raises:
        NotFound, Invalid: one is not there, lies in the trash and is to be kept, or is to be kept and discarded.
        MediaInUse: something uses one of the others still. Nothing was changed.
        LimitExceeded: the one that is kept would wear too many tags. Nothing was changed.
    """
    paths = [(*INPUT, "discard", str(number)) for number in range(len(discard))]
    await check_sides(work, keep, discard, paths)
    if action is DiscardAction.DISMISS:
        touched = await work.duplicates.dismiss([(keep, one) for one in discard])
        return [Outcome(one, changed=one in touched) for one in (keep, *discard)]
    is_other = bool(discard) and await merge_into(work, keep, discard, merge)
    return [Outcome(keep, changed=is_other), *await discard_all(work, discard, paths)]


async def check_sides(work: Work, keep: Id, discard: Sequence[Id], paths: Sequence[Path]) -> None:
    found = await work.media.find([keep, *discard])
    for one, path in zip((keep, *discard), (KEEP, *paths), strict=True):
        if one not in found:
            raise NotFound("Media", one, path=path)
    if found[keep].trashed_at is not None:
        raise Invalid("What is kept does not lie in the trash; restore it first.", path=KEEP)
    if keep in discard:
        raise Invalid("A media is kept or discarded.", path=paths[discard.index(keep)])
