"""How a view declares its fields. graphql-core runs the resolvers made here; a plan reads the same data."""

from asyncio import gather
from collections.abc import Callable
from functools import partial
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import strawberry

from domain import Id
from domain.ids import coded
from domain.reading import LINK, Found, TrashScope
from domain.search import All, Compare
from domain.summary import COLUMNS, Summary
from domain.text import comparable
from graphql_api.context import Info
from graphql_api.fields import (
    DECLARED,
    Computed,
    Counted,
    Derived,
    Either,
    Gathered,
    Gathering,
    Given,
    Linked,
    Named,
    OfSearch,
    Part,
    Relation,
    Ruled,
    Summed,
    Tallied,
    Under,
    Wish,
)  # fmt: skip
from graphql_api.price import PAGE_SIZES, Price

Parent = strawberry.Parent[Any]


View = str | type[Any]
"""A type itself, or by its place: `tag.Tag` in this package, `package.module:Type` elsewhere."""


def view(to: View) -> Any:
    """A type to be looked up late where it is told by its place, so that no modules import in a circle."""
    if not isinstance(to, str):
        return to
    module, _, name = to.rpartition(":") if ":" in to else f"graphql_api.{to}".rpartition(".")
    return Annotated[name, strawberry.lazy(module)]


def computed(
    function: Callable[..., Any], *, needs: tuple[str, ...], description: str, graphql_type: Any = None, of_site: bool = False
) -> Any:
    """A field whose value is `function` of the fields it needs, and first of the site where `of_site`."""

    def resolve(root: Parent, info: Info) -> Any:
        values = [getattr(root, name) for name in needs]
        return function(info.context.site, *values) if of_site else function(*values)

    kind = graphql_type or function.__annotations__["return"]
    return declare(Computed(needs, function, of_site), resolve, kind, description)


def id_of(name: str, description: str = "Global and stable.") -> Any:
    """The global id of a thing called `name`."""
    return computed(partial(coded, f"{name}:".encode()), needs=("id",), graphql_type=strawberry.ID, description=description)


def part(to: View, *, needs: tuple[str, ...], description: str, always: bool = False) -> Any:
    """The same row seen as a `to`; null where all these fields are, unless it is `always` there."""

    def resolve(root: Parent) -> Any:
        return root if always or any(getattr(root, name) is not None for name in needs) else None

    return declare(Part(() if always else needs), resolve, view(to) if always else view(to) | None, description)


def linked(name: str, *, graphql_type: Any, description: str) -> Any:
    """A field of an edge that the table between holds; null where the list was read past it."""

    def resolve(root: Parent) -> Any:
        return getattr(root.link, name, None)

    return declare(Linked(name), resolve, graphql_type, description)


def relation(
    to: View, name: str, *, page: int = 20, wish: Callable[..., Wish] | None = None, key: str = "id", description: str,
    ruled: Ruled | None = None, given: bool = False,
) -> Any:  # fmt: skip
    """A connection `to`, in pages. Its arguments are those of `wish`, a pure function that says what they ask for."""
    wished = wish or paged(page)
    declared = Relation(name, key=key, wish=wished, ruled=ruled, given=given)

    async def resolve(root: Parent, info: Info, **arguments: Any) -> Any:
        return await info.context.page(*read_from(declared, root, info, wished_of(declared, root, arguments)))

    parameters = parameters_of(wished)[int(given) :]
    return declare(declared, taking(resolve, parameters), view(to), description, price_of_page(wished))


def wished_of(declared: Relation, root: Any, arguments: dict[str, Any]) -> Wish:
    """What the arguments of a relation ask for, and what it is given from above."""
    above = (root.given,) if declared.given else ()
    return declared.wish(*above, **arguments) if declared.wish else only_one()


def price_of_page(wish: Callable[..., Wish]) -> Price | None:
    """What a list weighs whose arguments say how long it is; None where none does."""
    sizes = [one.name for one in parameters_of(wish) if one.name in PAGE_SIZES]
    return Price(multipliers=sizes) if sizes else None


def read_from(declared: Relation, root: Any, info: Info, wish: Wish) -> tuple[Relation, Id, Wish]:
    """What is read for a relation, from where: another list where the root has a rule."""
    rule = getattr(root, declared.ruled.by) if declared.ruled else None
    if declared.ruled is None or rule is None:
        return declared, getattr(root, declared.key), wish
    return declared, info.context.principal.library_id, declared.ruled.wish(rule, wish)


def paged(page: int) -> Callable[..., Wish]:
    """The wish of a list that is neither narrowed nor ordered."""

    def wish(first: int | None = page, after: str | None = None) -> Wish:
        return Wish(first=page if first is None else first, after=after)

    return wish


def parameters_of(function: Callable[..., Any]) -> list[Parameter]:
    return list(signature(function).parameters.values())


def taking(resolve: Callable[..., Any], parameters: list[Parameter]) -> Callable[..., Any]:
    """The resolver with these as arguments, for Strawberry to see."""
    own = [one for one in signature(resolve).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
    resolve.__signature__ = Signature([*own, *parameters])  # type: ignore[attr-defined] # pyright: ignore[reportFunctionMemberAccess]
    return resolve


def relation_one(
    to: View, name: str, *, key: str = "id", required: bool = False, trash: TrashScope = TrashScope.EXCLUDE, description: str,
    missing: Callable[[Id], Any] | None = None, wish: Callable[..., Wish] | None = None,
) -> Any:  # fmt: skip
    """The one thing of type `to` that belongs to this one, or the first that `wish` wants; `missing` makes what stands for
    it where there is no row.
    """
    wished = wish or only_one
    declared = Relation(name, key=key, wish=wish, trash=trash, missing=missing)

    async def resolve(root: Parent, info: Info, **arguments: Any) -> Any:
        parent = getattr(root, key)
        found = await info.context.one(declared, parent, wished(**arguments))
        return missing(parent) if found is None and missing else found

    kind = view(to) if required else view(to) | None
    return declare(declared, taking(resolve, parameters_of(wished)), kind, description)


def only_one() -> Wish:
    return Wish(first=1)


def named(
    relations: dict[str, Relation], keys: Callable[..., list[tuple[str, Id] | None]], *, many: bool = False, graphql_type: Any,
    description: str, price: Price | None = None,
) -> Any:  # fmt: skip
    """The things that arguments name, in their order, None for what names nothing; or the first of them."""

    async def resolve(info: Info, **arguments: Any) -> Any:
        found = await gather(*(info.context.named(relations, one) for one in keys(**arguments)))
        return found if many else found[0]

    return declare(Named(relations, keys), taking(resolve, parameters_of(keys)), graphql_type, description, price)


def either(relations: dict[str, Relation], *, graphql_type: Any, description: str) -> Any:
    """The thing that a row points to, by whichever key it has; None without any."""

    async def resolve(root: Parent, info: Info) -> Any:
        pointed = (one for one in relations.values() if getattr(root, one.key) is not None)
        relation = next(pointed, None)
        return await info.context.one(relation, getattr(root, relation.key)) if relation else None

    return declare(Either(relations), resolve, graphql_type, description)


def derived(name: str, function: Callable[..., Any], *, needs: str, key: str = "id", graphql_type: Any, description: str) -> Any:
    """What `function` makes of a field of the one related thing, and of the arguments it takes besides."""
    declared = Relation(name, key=key)

    async def resolve(root: Parent, info: Info, **arguments: Any) -> Any:
        found = await info.context.one(declared, getattr(root, key))
        return function(getattr(found, needs) if found else None, **arguments)

    _, *parameters = parameters_of(function)
    return declare(Derived(declared, needs, function), taking(resolve, parameters), graphql_type, description)


def of_search(
    name: str, function: Callable[..., Any], *, needs: tuple[str, ...], graphql_type: Any, description: str, price: Price
) -> Any:  # fmt: skip
    """On an edge: what `function` makes of the list's search and of fields of the one related thing, in the trash or not."""
    declared = OfSearch(Relation(name, trash=TrashScope.INCLUDE), needs, function)

    async def resolve(root: Parent, info: Info) -> Any:
        found = await info.context.one(declared.relation, root.node.id) if root.sought else None
        return function(root.sought, [getattr(found, name) for name in needs] if found else ())

    return declare(declared, resolve, graphql_type, description, price)


def relation_list(
    to: View, name: str, *, key: str = "id", wish: Callable[..., Wish] | None = None, description: str, given: bool = False
) -> Any:  # fmt: skip
    """All things of type `to` of this one, where the domain keeps them few; `wish` may narrow them."""
    wished = wish or everything
    declared = Relation(name, key=key, wish=wished, given=given)

    async def resolve(root: Parent, info: Info, **arguments: Any) -> Any:
        return (await info.context.page(declared, getattr(root, key), wished_of(declared, root, arguments))).nodes

    parameters = parameters_of(wished)[int(given) :]
    return declare(declared, taking(resolve, parameters), list[view(to)], description, price_of_page(wished))


def given(made: Callable[..., Any], to: View, *, description: str, price: Price) -> Any:
    """The same thing as a `to`, whose relations are given what `made`, a pure function, makes of the arguments."""

    async def resolve(root: Parent, **arguments: Any) -> Any:
        return Under(root.id, made(**arguments))

    return declare(Given(made), taking(resolve, parameters_of(made)), view(to), description, price)


def gathered(parts: tuple[Gathering, ...], function: Callable[..., list[Any]], *, graphql_type: Any, description: str) -> Any:
    """What `function` makes of what the field above gives, and of rows of several relations."""

    async def resolve(root: Parent, info: Info) -> Any:
        wanted = (info.context.page(one.relation, root.id, wished_of(one.relation, root, {})) for one in parts)
        pages = await gather(*wanted)
        rows = ([row_of(one, found) for found in page.held] for one, page in zip(parts, pages, strict=True))
        return function(root.given, *rows)

    return declare(Gathered(parts, function), resolve, graphql_type, description)


def row_of(part: Gathering, found: Found) -> tuple[Any, ...]:
    """The fields of one thing, and the thing itself if it is wanted."""
    cells = [field_of(found, name) for name in part.needs]
    return (*cells, found.entity) if part.type_name else tuple(cells)


def field_of(found: Found, name: str) -> Any:
    return getattr(found.link, name.removeprefix(LINK)) if name.startswith(LINK) else getattr(found.entity, name)


def everything() -> Wish:
    return Wish(first=None)


def count(name: str, *, key: str = "id", description: str) -> Any:
    """How many things a relation leads to."""
    declared = Relation(name, key=key, counted=True)

    async def resolve(root: Parent, info: Info) -> Any:
        return await info.context.count(declared, getattr(root, key), Wish())

    return declare(declared, resolve, int, description, Price(weight=2))


def count_held(name: str, ruled: Ruled, *, description: str) -> Any:
    """How many things a relation leads to: a field has it, but where there is a rule."""
    declared = Relation(name, counted=True, ruled=ruled)

    async def resolve(root: Parent, info: Info) -> Any:
        if getattr(root, ruled.by) is None:
            return getattr(root, ruled.held)
        return await info.context.count(*read_from(declared, root, info, Wish()))

    return declare(declared, resolve, int, description, Price(weight=2))


def tallied(needs: str, name: str, *, wish: Callable[..., Wish], description: str) -> Any:
    """How many things a relation leads to, kept in a field; where `wish` asks for another relation, those are counted."""
    declared = Tallied(needs, Relation(name, wish=wish, counted=True))

    async def resolve(root: Parent, info: Info, **arguments: Any) -> Any:
        wished = wish(**arguments)
        return await info.context.count(declared.relation, root.id, wished) if wished.through else getattr(root, needs)

    return declare(declared, taking(resolve, parameters_of(wish)), int, description, Price(weight=2))


def total_count() -> Any:
    """How many a connection leads to, over all its pages; counted only if it is selected."""

    async def resolve(root: Parent, info: Info) -> Any:
        return await info.context.count(root.relation, root.key, root.wish)

    return declare(Counted(), resolve, int, "How many there are over all pages; counted only if selected.", Price(weight=5))


def summed(
    asks: Callable[..., Summary], what: str, *, of: str = "", key: str = "id", part: str = "", graphql_type: Any,
    description: str, price: Price | None = None, ruled: Ruled | None = None,
) -> Any:  # fmt: skip
    """What the list of this connection comes to, or all that the relation `of` leads to; of it the attribute `part`."""
    relation = Relation(of, key=key, ruled=ruled) if of else None
    declared = Summed(asks, COLUMNS[what], part, relation)

    async def resolve(root: Parent, info: Info, **arguments: Any) -> Any:
        summary = asks(**arguments)
        if relation:
            found = await info.context.summary(*read_from(relation, root, info, Wish()), summary)
        else:
            found = await info.context.summary(root.relation, root.key, root.wish, summary)
        return getattr(found, part) if part else found

    return declare(declared, taking(resolve, parameters_of(asks)), graphql_type, description, price)


def narrowed(**wanted: list[str] | None) -> All:
    """Each field within its list; without a list, any."""
    return All(
        tuple(
            Compare(name, "in", tuple(comparable(one, name) for one in many)) for name, many in wanted.items() if many is not None
        )
    )


def declare(declared: Any, resolve: Callable[..., Any], kind: Any, description: str, price: Price | None = None) -> Any:
    return strawberry.field(
        resolver=resolve, graphql_type=kind, description=description, metadata={DECLARED: declared},
        directives=[price] if price else [],
    )  # fmt: skip
