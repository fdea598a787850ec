"""Products and the media that show them: what may happen to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain import Id, new_id
from domain.changes import now
from domain.errors import INPUT, Fault, FaultCode, Invalid, LimitExceeded, NotFound, Path
from domain.media import MediaRepository
from domain.text import named

LONGEST_NAME = 200
LONGEST_WORD = 100
MOST_MEDIA = 1_000
"""Of one product, in all its usages."""
LARGEST_ORDER = 2**31 - 1


class ProductUsage(StrEnum):
    """What a media is to a product."""

    MAIN_IMAGE = "MAIN_IMAGE"
    GALLERY = "GALLERY"
    VARIANT = "VARIANT"
    THUMBNAIL = "THUMBNAIL"
    SWATCH = "SWATCH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A thing for sale. Two of a library never share a `sku`, which is kept and compared as it is."""

    id: Id
    sku: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductMedia:
    """A media of a product, in one of its usages; `variant_id` says of which variant, in whatever words the shop has."""

    id: Id
    product_id: Id
    media_id: Id
    usage: ProductUsage = ProductUsage.GALLERY
    display_order: int = 0
    variant_id: str | None = None
    created_at: datetime

    @property
    def place(self) -> tuple[Id, ProductUsage, str | None]:
        """What a product has once: a media, as what, of which variant."""
        return self.media_id, self.usage, self.variant_id


class SkuTaken(Fault):
    """Another product of the library has that sku."""

    code = FaultCode.CONFLICT


class MainImageTaken(Fault):
    """A product has one main image: another is set by `setMainImage`."""

    code = FaultCode.CONFLICT


class ProductRepository(Protocol):
    """The products of one library, and their media."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Product]: ...
    async def with_sku(self, sku: str) -> Product | None: ...
    async def insert(self, entity: Product) -> None: ...
    async def delete(self, ids: Sequence[Id]) -> None:
        """Removes products, never their media."""
        ...

    async def media_of(self, product_id: Id) -> list[ProductMedia]:
        """All of a product, in their order."""
        ...

    async def attach(self, links: Sequence[ProductMedia]) -> None: ...
    async def detach(self, links: Sequence[ProductMedia]) -> None: ...
    async def move(self, orders: Mapping[Id, int]) -> None:
        """Gives these links, by their keys, other places."""
        ...


async def create_product(products: ProductRepository, sku: str, name: str) -> Product:
    """Adds a product. Raises SkuTaken, or Invalid for what is no sku or name; nothing was changed."""
    own = word(sku, (*INPUT, "sku"))
    made = Product(id=new_id(), sku=own, name=named(name, longest=LONGEST_NAME), created_at=now())
    if await products.with_sku(own):
        raise SkuTaken(f"Another product has the sku {own!r}.", path=(*INPUT, "sku"))
    await products.insert(made)
    return made


async def delete_product(products: ProductRepository, key: Id) -> None:
    """Removes a product; its media stay. Raises NotFound."""
    await known(products, key)
    await products.detach(await products.media_of(key))
    await products.delete([key])


async def attach(
    products: ProductRepository, media: MediaRepository, key: Id, media_ids: Sequence[Id], *,
    usage: ProductUsage = ProductUsage.GALLERY, display_order: int = 0, variant_id: str | None = None,
) -> None:  # fmt: skip
    """Gives a product media, in their order from `display_order` on; what it has so already stays where it is.

    Raises:
        NotFound: there is no such product, or media.
        MainImageTaken: it has another main image, or would have several.
        Invalid, LimitExceeded: a value breaks a rule, or there are too many. Nothing was changed.
    """
    await known(products, key)
    await media_known(media, media_ids)
    variant = None if variant_id is None else word(variant_id, (*INPUT, "variantId"))
    if not 0 <= display_order <= LARGEST_ORDER - MOST_MEDIA:
        raise Invalid("A display order is 0 or more.", path=(*INPUT, "displayOrder"))
    links = await products.media_of(key)
    there = {one.place for one in links}
    wanted = [
        ProductMedia(
            id=new_id(), product_id=key, media_id=one, usage=usage, display_order=display_order + at, variant_id=variant,
            created_at=now(),
        )
        for at, one in enumerate(dict.fromkeys(media_ids))
    ]  # fmt: skip
    fresh = [one for one in wanted if one.place not in there]
    check_room(links, fresh)
    await products.attach(fresh)


def check_room(links: Sequence[ProductMedia], fresh: Sequence[ProductMedia]) -> None:
    """Raises MainImageTaken or LimitExceeded where a product cannot have these besides."""
    if sum(one.usage is ProductUsage.MAIN_IMAGE for one in (*links, *fresh)) > 1:
        raise MainImageTaken("A product has one main image: setMainImage sets another.", path=(*INPUT, "usage"))
    count = len(links) + len(fresh)
    if count > MOST_MEDIA:
        raise LimitExceeded(
            f"A product has at most {MOST_MEDIA:,} media.", limit=MOST_MEDIA, actual=count, path=(*INPUT, "media")
        )


async def detach(products: ProductRepository, key: Id, media_ids: Sequence[Id], usage: ProductUsage | None = None) -> int:
    """Takes media from a product: in one usage, or in all; how many places they had. Raises NotFound for the product."""
    await known(products, key)
    gone = [one for one in await products.media_of(key) if one.media_id in set(media_ids) and usage in (None, one.usage)]
    await products.detach(gone)
    return len(gone)


async def reorder(
    products: ProductRepository, key: Id, media_ids: Sequence[Id], usage: ProductUsage = ProductUsage.GALLERY
) -> None:  # fmt: skip
    """Puts media of a usage in this order; those that are not named follow as they were.

    Raises:
        NotFound: there is no such product.
        Invalid: a media is not there in this usage. Nothing was changed.
    """
    await known(products, key)
    links = [one for one in await products.media_of(key) if one.usage is usage]
    there = {one.media_id for one in links}
    for number, media in enumerate(media_ids):
        if media not in there:
            raise Invalid("The product has no such media in this usage.", path=(*INPUT, "media", str(number)))
    places = {media: number for number, media in enumerate(dict.fromkeys(media_ids))}
    ordered = sorted(links, key=lambda one: places.get(one.media_id, len(places)))  # which keeps the order among equals
    await products.move({one.id: at for at, one in enumerate(ordered) if one.display_order != at})


async def set_main_image(products: ProductRepository, media: MediaRepository, key: Id, media_id: Id) -> None:
    """Makes a media the main image of a product, in place of any other; what else it is to the product stays.

    Raises:
        NotFound: there is no such product, or media.
        LimitExceeded: it has too many. Nothing was changed.
    """
    await known(products, key)
    await media_known(media, [media_id])
    links = await products.media_of(key)
    before = [one for one in links if one.usage is ProductUsage.MAIN_IMAGE]
    if [one.media_id for one in before] == [media_id]:
        return
    made = ProductMedia(
        id=new_id(), product_id=key, media_id=media_id, usage=ProductUsage.MAIN_IMAGE, created_at=now()
    )  # fmt: skip
    check_room([one for one in links if one not in before], [made])
    await products.detach(before)
    await products.attach([made])


async def known(products: ProductRepository, key: Id) -> None:
    if key not in await products.find([key]):
        raise NotFound("Product", key, path=(*INPUT, "product"))


async def media_known(media: MediaRepository, ids: Sequence[Id]) -> None:
    if len(ids) > MOST_MEDIA:
        raise LimitExceeded(f"At most {MOST_MEDIA:,} at once.", limit=MOST_MEDIA, actual=len(ids), path=(*INPUT, "media"))
    found = await media.find(dict.fromkeys(ids))
    for number, one in enumerate(ids):
        if one not in found:
            raise NotFound("Media", one, path=(*INPUT, "media", str(number)) if len(ids) > 1 else (*INPUT, "media"))


def word(text: str, path: Path) -> str:
    """Raises Invalid for what is no word of a program's: words are kept and compared as they are."""
    if not 1 <= len(text) <= LONGEST_WORD or text != text.strip() or not text.isprintable():
        raise Invalid(f"A word has 1 to {LONGEST_WORD} characters and no space around them.", path=path)
    return text
