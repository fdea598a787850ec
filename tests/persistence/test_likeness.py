"""What looks alike is found exactly: beside comparing each picture with each other, over hashes by chance."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from domain import Id, Media, Principal
from domain.likeness import MOST_ALIKE, MOST_APART, bits_of, distance, near_slots, slots
from domain.reading import Ask, Load
from domain.search import All, Compare, Filter, shape, values
from persistence import likeness
from persistence.database import SqlDatabase
from tests.persistence.builders import EPOCH, add_media

CENTRES, ROUND_EACH = 12, 8


def hashes(chance: Random) -> list[int]:
    """Clusters of hashes that differ from one in up to ten bits, and hashes that differ from all."""
    found = list[int]()
    for _ in range(CENTRES):
        centre = chance.getrandbits(64)
        found += [centre ^ sum(1 << at for at in chance.sample(range(64), chance.randint(0, 10))) for _ in range(ROUND_EACH)]
        found.append(chance.getrandbits(64))
    chance.shuffle(found)
    return found


async def put(database: SqlDatabase, principal: Principal, chance: Random) -> list[Media]:
    """Pictures of these looks, several in a transaction, of few sizes so that often only age tells them apart."""
    made, found = list[Media](), hashes(chance)
    for start in range(0, len(found), 10):
        async with database.writing(principal) as work:
            for at, bits in enumerate(found[start : start + 10], start):
                own: dict[str, Any] = {"width": chance.choice([None, 10, 20]), "height": 10, "size": chance.choice([5, 6])}
                own["trashed_at"] = EPOCH if chance.random() < 0.1 else None
                made.append(await add_media(work, at, phash=f"{bits:016x}", **own))
    return made


async def rows(database: SqlDatabase, principal: Principal, relation: str, where: Filter, keys: Sequence[Id]) -> list[Any]:
    async with database.reading(principal) as reader:
        ask = Ask(relation=relation, where=shape(where))
        return await reader.find(Load(ask=ask, first=100, values=tuple(values(where)), keys=tuple(keys)))


def apart(one: Any, other: Any) -> int:
    return distance(int(one.phash, 16), int(other.phash, 16))


def rank(one: Any) -> tuple[int, int, bytes]:
    """The preferred first."""
    return (-(one.width or 0) * (one.height or 0), -one.size, one.id)


def stars(media: list[Media], reach: int) -> dict[Id, set[tuple[Id, int]]]:
    """The groups, by comparing all with all: who is preferred to all that look like it, and these."""
    found = dict[Id, set[tuple[Id, int]]]()
    for one in media:
        alike = [other for other in media if other is not one and apart(one, other) <= reach]
        if alike and all(rank(one) < rank(other) for other in alike):
            found[one.id] = {(one.id, 0), *((other.id, apart(one, other)) for other in alike)}
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_all_that_looks_like_a_picture_is_found_and_nothing_else(
    database: SqlDatabase, principal: Principal, stranger: Principal, seed: int
) -> None:
    chance = Random(seed)
    await put(database, stranger, Random(seed))
    media = await put(database, principal, chance)
    live = [one for one in media if one.trashed_at is None]
    for reach in (0, 3, MOST_APART):
        found = await rows(database, principal, "media.similar", Compare("likeness", "lte", reach), [one.id for one in media])
        pairs = [(row.parent, row.entity.id, row.link.distance) for row in found]
        wanted = {(one.id, other.id, apart(one, other)) for one in media for other in live if one is not other}
        assert len(pairs) == len(set(pairs))
        assert set(pairs) == {pair for pair in wanted if pair[2] <= reach}
        for one in media:
            distances = [pair[2] for pair in pairs if pair[0] == one.id]
            assert distances == sorted(distances)


@pytest.mark.parametrize("seed", range(3))
async def test_groups_are_stars_round_who_is_preferred_and_never_chains(
    database: SqlDatabase, principal: Principal, seed: int
) -> None:
    media = await put(database, principal, Random(seed))
    live = [one for one in media if one.trashed_at is None]
    for reach in range(MOST_APART + 1):
        wanted = stars(live, reach)
        where = All((Compare("max_distance", "eq", reach),))
        groups = await rows(database, principal, "library.similar_groups", where, [principal.library_id])
        found = {row.entity.keeper_id: row.entity for row in groups}
        assert found.keys() == wanted.keys()
        sizes = {one.id: one.size for one in media}
        members = await rows(database, principal, "duplicate_group.members", All(), [one.id for one in found.values()])
        for keeper, group in found.items():
            assert (group.member_count, group.max_distance) == (len(wanted[keeper]), reach)
            assert group.reclaimable_size == sum(sizes[key] or 0 for key, _ in wanted[keeper] if key != keeper)
            own = [row.entity for row in members if row.parent == group.id]
            assert {(one.media_id, one.distance) for one in own} == wanted[keeper]
            assert [one.media_id for one in own if not one.other] == [own[0].media_id] == [keeper]
        again = await rows(database, principal, "duplicate_group.itself", All(), [one.id for one in found.values()])
        assert {row.parent: row.entity for row in again} == {one.id: one for one in found.values()}


def test_a_hash_is_looked_for_wherever_one_that_differs_in_nine_bits_is_kept() -> None:
    chance = Random(7)
    for _ in range(2_000):
        bits = chance.getrandbits(64)
        other = bits ^ sum(1 << at for at in chance.sample(range(64), chance.randint(0, 9)))
        assert set(near_slots(bits)) & set(slots(other))


async def test_another_look_has_other_neighbours_and_none_has_none(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        one, other, third = [await add_media(work, at, phash=f"{bits:016x}") for at, bits in enumerate((0, 1, 2**64 - 1))]

    async def alike(key: Id) -> list[tuple[Id, int]]:
        found = await rows(database, principal, "media.similar", Compare("likeness", "lte", MOST_APART), [key])
        return [(row.entity.id, row.link.distance) for row in found]

    assert (await alike(one.id), await alike(third.id)) == ([(other.id, 1)], [])
    async with database.writing(principal) as work:
        await work.media.change(other.id, {"phash": f"{2**64 - 4:016x}"})
    assert (await alike(one.id), await alike(third.id)) == ([], [(other.id, 2)])
    async with database.writing(principal) as work:
        await work.media.change(other.id, {"phash": None})
    assert (await alike(third.id), await alike(other.id)) == ([], [])
    async with database.writing(principal) as work:
        await work.media.change(other.id, {"phash": "no hash"})
    assert (await alike(other.id), bits_of("no hash"), bits_of("f" * 16)) == ([], None, 2**64 - 1)


async def test_of_very_many_that_look_the_same_the_oldest_are_remembered(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        made = [await add_media(work, at, phash="00" * 8) for at in range(MOST_ALIKE + 5)]
    found = await rows(database, principal, "media.similar", Compare("likeness", "lte", 0), [made[-1].id])
    assert [row.entity.id for row in found] == sorted(one.id for one in made)[:MOST_ALIKE]


async def test_a_picture_that_very_many_look_like_is_compared_with_a_bounded_number(
    database: SqlDatabase, principal: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "MOST_COMPARED", 5)
    async with database.writing(principal) as work:
        made = [await add_media(work, number, phash="0" * 16) for number in range(12)]
    found = [len(await rows(database, principal, "media.similar", All(), [one.id])) for one in made]
    assert 0 < sum(found) <= 2 * 5 * len(made)
