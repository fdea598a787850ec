"""Pages skip and repeat nothing while others write: the short form of `benchmarks.walks`."""

from benchmarks.filling import fill
from benchmarks.walks import walked
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings

WALKS, SIZE, SEED = 30, 300, 11


async def test_walks_through_pages_see_once_and_in_order_whatever_stays(settings: Settings, sandbox: ForkingSandbox) -> None:
    await fill(settings.database, SIZE)
    async with opened(settings, sandbox) as server:
        made = await walked(server, WALKS, SEED)
    assert made.faults == []
    assert made.pages > 3 * WALKS
    assert made.writers.writes > made.pages / 10
    assert sum(map(len, made.expected.values())) > SIZE
