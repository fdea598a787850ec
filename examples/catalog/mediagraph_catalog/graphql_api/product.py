"""Products over GraphQL, and the media that show them."""

from datetime import datetime
from typing import Annotated

import strawberry

import domain
from domain.errors import Fault, Invalid
from domain.ports import Work
from domain.reading import Order, TrashScope
from domain.search import All, Compare
from domain.text import comparable
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import id_of, relation, relation_one
from graphql_api.errors import Done, Payload, done
from graphql_api.fields import Wish
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.relay import Node
from mediagraph_catalog.domain import product as rules
from mediagraph_catalog.domain.product import ProductRepository, ProductUsage

strawberry.enum(ProductUsage, description="What a media is to a product.")
HERE = "mediagraph_catalog.graphql_api.product"
Usage = Annotated[ProductUsage | None, strawberry.argument(description="Only in this usage.")]


def links_wish(usage: Usage = None, first: int | None = 20, after: str | None = None) -> Wish:
    """What the arguments of the media of a product ask for."""
    parts = () if usage is None else (Compare("usage", "eq", usage),)
    return Wish(first=20 if first is None else first, after=after, filter=All(parts))


@strawberry.type(description="A thing for sale, shown by media of the library.")
class Product(NamedAsEntity, Node):
    id = id_of("Product")
    sku: str = strawberry.field(description="Unique in the library, compared as it is.")
    name: str = strawberry.field(description="What people call it.")
    media = relation(
        f"{HERE}:ProductMediaConnection", "product.media", wish=links_wish, description="The media that show it, in their order."
    )
    main_image: "ProductMedia | None" = relation_one(
        f"{HERE}:ProductMedia", "product.media", wish=lambda: links_wish(ProductUsage.MAIN_IMAGE, 1),
        description="The picture that stands for it.",
    )  # fmt: skip
    created_at: datetime = strawberry.field(description="When it was made.")


@strawberry.type(description="A media of a product, and what it is to it.")
class ProductMedia(NamedAsEntity, Node):
    id = id_of("ProductMedia")
    usage: ProductUsage = strawberry.field(description="What it is to the product.")
    display_order: int = strawberry.field(description="Its place among those of its usage.")
    variant_id: str | None = strawberry.field(description="Which variant of the product it shows.")
    media = relation_one(
        "media.Media", "media.itself", key="media_id", required=True, trash=TrashScope.INCLUDE,
        description="The media, in the trash or not.",
    )  # fmt: skip
    product = relation_one(Product, "product.itself", key="product_id", required=True, description="The product.")
    created_at: datetime = strawberry.field(description="Since when.")


@strawberry.type(description="A product in a list, and where it stands.")
class ProductEdge(Edge):
    node: Product = strawberry.field(description="The product.")


@strawberry.type(description="A page of products.")
class ProductConnection(Connection):
    edges: list[ProductEdge] = strawberry.field(description="The products of this page with their places.")
    nodes: list[Product] = strawberry.field(description="The products of this page.")


@strawberry.type(description="A media of a product in a list, and where it stands.")
class ProductMediaEdge(Edge):
    node: ProductMedia = strawberry.field(description="The media of the product.")


@strawberry.type(description="A page of media of products.")
class ProductMediaConnection(Connection):
    edges: list[ProductMediaEdge] = strawberry.field(description="Those of this page with their places.")
    nodes: list[ProductMedia] = strawberry.field(description="Those of this page.")


@strawberry.type
class OfMedia:
    """What joins every media."""

    product_media = relation(
        f"{HERE}:ProductMediaConnection",
        "media.product_media",
        wish=links_wish,
        description="The products that show it, and as what.",
    )


def product_wish(
    id: strawberry.ID | None = None, sku: Annotated[str | None, strawberry.argument(description="Its sku.")] = None
) -> Wish:
    """The one product an id or a sku names. Raises Invalid unless one of them is given."""
    if (id is None) == (sku is None):
        raise Invalid("Give an id or a sku.")
    named = ("id", domain.key_of("Product", id)) if id is not None else ("sku", comparable(sku or "", "sku"))
    return Wish(first=1, filter=Compare(named[0], "eq", named[1]))


def by_name(first: int | None = 20, after: str | None = None) -> Wish:
    return Wish(first=20 if first is None else first, after=after, order=(Order(field="name"),))


@strawberry.type
class ProductQuery:
    product = relation_one(Product, "library.products", wish=product_wish, description="One product by its id or its sku.")
    products = relation(
        f"{HERE}:ProductConnection", "library.products", wish=by_name, description="The products of the library, by name."
    )


@strawberry.input(description="A new product.")
class CreateProductInput(Repeatable):
    sku: str = strawberry.field(description="Unique in the library; 1 to 100 characters.")
    name: str = strawberry.field(description="What people call it; 1 to 200 characters.")


@strawberry.input(description="Which product to delete; its media stay.")
class DeleteProductInput:
    product: strawberry.ID = strawberry.field(description="Which product.")


@strawberry.input(description="A product, and media for it.")
class AttachProductMediaInput(Repeatable):
    product: strawberry.ID = strawberry.field(description="Which product.")
    media: list[strawberry.ID] = strawberry.field(description="Which media, in their order.")
    usage: ProductUsage = strawberry.field(default=ProductUsage.GALLERY, description="What they are to it.")
    display_order: int = strawberry.field(default=0, description="The place of the first of them; the others follow.")
    variant_id: str | None = strawberry.field(default=None, description="Which variant they show; 1 to 100 characters.")


@strawberry.input(description="A product, and media to take from it.")
class DetachProductMediaInput:
    product: strawberry.ID = strawberry.field(description="Which product.")
    media: list[strawberry.ID] = strawberry.field(description="Which media; those that it has not are left out.")
    usage: ProductUsage | None = strawberry.field(default=None, description="Only in this usage; if not said, in all.")


@strawberry.input(description="A product, and an order for its media.")
class ReorderProductMediaInput:
    product: strawberry.ID = strawberry.field(description="Which product.")
    media: list[strawberry.ID] = strawberry.field(description="These first, in this order; the others follow as they were.")
    usage: ProductUsage = strawberry.field(default=ProductUsage.GALLERY, description="In which usage.")


@strawberry.input(description="A product, and the media to stand for it.")
class SetMainImageInput(Repeatable):
    product: strawberry.ID = strawberry.field(description="Which product.")
    media: strawberry.ID = strawberry.field(description="Which media; it need not have been the product's before.")


@strawberry.type(description="One product, or why it was not changed.")
class ProductPayload(Payload):
    product: Product | None = relation_one(Product, "product.itself", key="key", description="The product as it is now.")


@strawberry.type(description="What was deleted, or why nothing was.")
class DeleteProductPayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(description="The id of what is gone.")


@strawberry.type(description="What was taken from a product, or why nothing was.")
class DetachProductMediaPayload(Payload):
    product: Product | None = relation_one(Product, "product.itself", key="key", description="The product as it is now.")
    detached: int = strawberry.field(description="How many places the media had.")


def products_of(work: Work) -> ProductRepository:
    return work.of("catalog")


def keys(ids: list[strawberry.ID]) -> list[domain.Id]:
    return [domain.key_of("Media", one) for one in ids]


@strawberry.type
class ProductMutation:
    @strawberry.mutation(description="Adds a product.")
    async def create_product(self, info: Info, input: CreateProductInput) -> ProductPayload:
        async def create(work: Work) -> domain.Id:
            return (await rules.create_product(products_of(work), input.sku, input.name)).id

        return done(await info.context.write(create, wanted=wanted_once(info, input)))  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Deletes a product; its media stay, and are used by it no more.")
    async def delete_product(self, info: Info, input: DeleteProductInput) -> DeleteProductPayload:
        key = domain.key_of("Product", input.product)
        result = await info.context.write(lambda work: rules.delete_product(products_of(work), key))
        gone = None if isinstance(result, Fault) else domain.global_id(b"Product", key)
        faults = [result] if isinstance(result, Fault) else []
        return Done(faults=faults, figures={"deleted_id": gone})  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Gives a product media; what it has so already stays where it is.")
    async def attach_product_media(self, info: Info, input: AttachProductMediaInput) -> ProductPayload:
        key = domain.key_of("Product", input.product)

        async def attach(work: Work) -> domain.Id:
            await rules.attach(
                products_of(work), work.media, key, keys(input.media), usage=input.usage, display_order=input.display_order,
                variant_id=input.variant_id,
            )  # fmt: skip
            return key

        return done(await info.context.write(attach, wanted=wanted_once(info, input)))  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Takes media from a product, in one usage or in all.")
    async def detach_product_media(self, info: Info, input: DetachProductMediaInput) -> DetachProductMediaPayload:
        key = domain.key_of("Product", input.product)
        result = await info.context.write(
            lambda work: rules.detach(products_of(work), key, keys(input.media), input.usage)
        )  # fmt: skip
        if isinstance(result, Fault):
            return done(result, detached=0)  # pyright: ignore[reportReturnType]
        return done(key, detached=result)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Puts the media of a usage in another order.")
    async def reorder_product_media(self, info: Info, input: ReorderProductMediaInput) -> ProductPayload:
        key = domain.key_of("Product", input.product)

        async def reorder(work: Work) -> domain.Id:
            await rules.reorder(products_of(work), key, keys(input.media), input.usage)
            return key

        return done(await info.context.write(reorder))  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Makes a media the one main image of a product; the one before is it no more.")
    async def set_main_image(self, info: Info, input: SetMainImageInput) -> ProductPayload:
        key = domain.key_of("Product", input.product)

        async def set_main(work: Work) -> domain.Id:
            await rules.set_main_image(products_of(work), work.media, key, domain.key_of("Media", input.media))
            return key

        return done(await info.context.write(set_main, wanted=wanted_once(info, input)))  # pyright: ignore[reportReturnType]
