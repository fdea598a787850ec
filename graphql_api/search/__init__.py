"""Filters and orders over GraphQL, and the functions that turn them into values of the domain."""

from graphql_api.search.filter import MediaFilter, to_filter
from graphql_api.search.order import MediaOrder, MediaOrderField, NullsOrder, OrderDirection, to_order

__all__ = ["MediaFilter", "MediaOrder", "MediaOrderField", "NullsOrder", "OrderDirection", "to_filter", "to_order"]
