"""Who may upload just now: what counts as one address, and how many wait."""

import asyncio

import pytest

from graphql_api.admission import WAITING_PER_SLOT, Admission, bucket
from graphql_api.refusal import Refused


@pytest.mark.parametrize(("address", "counted"), [
    ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ("2001:db8:1:2::9", "2001:db8:1:2::"), ("2001:db8:1:3::9", "2001:db8:1:3::"), ("fe80::1%eth0", "fe80::"), ("", ""),
])  # fmt: skip
def test_an_address_of_ipv6_counts_as_its_64_and_others_as_themselves(address: str, counted: str) -> None:
    assert bucket(address) == counted


async def test_neighbours_of_a_64_have_one_share() -> None:
    admission = Admission(slots=1, wait=1, rate="1/minute")
    async with admission.upload("2001:db8::1"):
        pass
    with pytest.raises(Refused, match="from one address"):
        async with admission.upload("2001:db8::2"):
            pass
    async with admission.upload("2001:db8:0:1::1"):
        pass


async def test_one_address_has_at_most_half_of_the_slots_and_of_the_line() -> None:
    admission, let_go = Admission(slots=4, wait=30, rate=""), asyncio.Event()

    async def upload(address: str) -> None:
        async with admission.upload(address):
            await let_go.wait()

    of_one = [asyncio.ensure_future(upload("2001:db8::1")) for _ in range(2 + 2 * WAITING_PER_SLOT)]
    await asyncio.sleep(0.01)
    assert admission.in_use == 2
    with pytest.raises(Refused, match="under way"):
        await asyncio.wait_for(upload("2001:db8::2"), 5)
    others = [asyncio.ensure_future(upload("203.0.113.9")) for _ in range(2)]
    await asyncio.sleep(0.01)
    assert admission.in_use == 4
    of_one.pop().cancel()
    let_go.set()
    await asyncio.wait_for(asyncio.gather(*of_one, *others), 5)
    assert (admission.in_use, admission.waiting, admission.shares) == (0, 0, {})


async def test_more_than_may_wait_are_sent_away_at_once_and_those_who_wait_get_the_slot() -> None:
    admission, done = Admission(slots=1, wait=30, rate=""), 0

    async def upload() -> None:
        nonlocal done
        async with admission.upload(""):
            done += 1

    async with admission.upload("203.0.113.9"):
        waiting = [asyncio.ensure_future(upload()) for _ in range(WAITING_PER_SLOT)]
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="under way"):
            await asyncio.wait_for(upload(), 5)
        waiting.pop().cancel()
    await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert (done, admission.in_use, admission.waiting) == (WAITING_PER_SLOT - 1, 0, 0)
