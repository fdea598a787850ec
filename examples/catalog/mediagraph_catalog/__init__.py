"""A catalog of products whose pictures are media of the library: an example of an extension."""

from graphql_api.extension import Extension
from graphql_api.fields import Relation
from mediagraph_catalog.graphql_api.product import OfMedia, ProductMutation, ProductQuery
from mediagraph_catalog.persistence.product import KEEPING

CATALOG = Extension(
    name="catalog",
    queries=ProductQuery,
    mutations=ProductMutation,
    fields={"Media": OfMedia},
    nodes={"Product": Relation("product.itself"), "ProductMedia": Relation("product_media.itself")},
    words={
        "ProductUsage.MAIN_IMAGE": "The picture that stands for it; a product has one at most.",
        "ProductUsage.GALLERY": "One of its pictures.",
        "ProductUsage.VARIANT": "Shows a variant of it.",
        "ProductUsage.THUMBNAIL": "Shown where it is small.",
        "ProductUsage.SWATCH": "Shows a colour or a material.",
    },
    keeping=KEEPING,
)
