"""Product rows, and the media of products; what they tell of usages."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id
from domain.changelog import ChangeAction
from mediagraph_catalog.domain.product import Product, ProductMedia
from mediagraph_catalog.persistence.tables import product_media_table, product_table, tables
from persistence.extension import Keeping
from persistence.providers import Provider
from persistence.reading import answers
from persistence.rows import Kept, in_pieces, to_row
from persistence.types import Words
from persistence.writing import Repository

PRODUCT, LINK = Kept(product_table, (Product,)), Kept(product_media_table, (ProductMedia,))
link = product_media_table.c
answers("product.itself", PRODUCT, parent=product_table.c.id, key=product_table.c.id)
answers("library.products", PRODUCT, parent=product_table.c.library_id, key=product_table.c.id, order=(product_table.c.name,))
answers("product_media.itself", LINK, parent=link.id, key=link.id)
answers("product.media", LINK, parent=link.product_id, key=link.id, order=(link.display_order,))
answers("media.product_media", LINK, parent=link.media_id, key=link.id, order=(link.product_id,))


class SqlProductRepository(Repository[Product]):
    """The products of one library, and their media."""

    table, kept = product_table, PRODUCT

    async def with_sku(self, sku: str) -> Product | None:
        return await self.first(self.mine().where(product_table.c.sku == sku))

    async def media_of(self, product_id: Id) -> list[ProductMedia]:
        mine = select(product_media_table).where(link.product_id == product_id, *self.within(product_media_table))
        return [LINK.entity(row) for row in await self.run(mine.order_by(link.display_order, link.id))]

    async def attach(self, links: Sequence[ProductMedia]) -> None:
        rows = [to_row(one, product_media_table, library_id=self.library) for one in links]
        if rows:
            await self.run(insert(product_media_table), rows)
        self.told(ChangeAction.ATTACHED, links)

    async def detach(self, links: Sequence[ProductMedia]) -> None:
        for some in in_pieces(one.id for one in links):
            await self.run(delete(product_media_table).where(link.id.in_(some), *self.within(product_media_table)))
        self.told(ChangeAction.DETACHED, links)

    async def move(self, orders: Mapping[Id, int]) -> None:
        for key, order in orders.items():
            mine = (link.id == key, *self.within(product_media_table))
            await self.run(update(product_media_table).where(*mine).values(display_order=order))

    def told(self, action: ChangeAction, links: Iterable[ProductMedia]) -> None:
        """Logs what became of the media."""
        for one in links:
            self.log.note(action, "Media", one.media_id, ["usages"])


async def detach_all(connection: AsyncConnection, library: Id, media_ids: Sequence[Id]) -> None:
    await connection.execute(
        delete(product_media_table).where(link.media_id.in_(media_ids), link.library_id == library)
    )  # fmt: skip


USED = select(
    link.id, link.library_id, link.media_id, literal("catalog", Words()).label("app"),
    literal("product", Words()).label("entity_type"), product_table.c.sku.label("entity_id"), link.usage.label("field"),
    link.display_order.label("position"), product_table.c.name.label("label"), link.created_at,
).join_from(
    product_media_table, product_table,
    (product_table.c.id == link.product_id) & (product_table.c.library_id == link.library_id),
)  # fmt: skip
KEEPING = Keeping(
    name="catalog", tables=tables, versions=Path(__file__).parent / "versions", provider=Provider("catalog", USED, detach_all),
    repository=SqlProductRepository,
)  # fmt: skip
