// GraphQL Yoga with Pothos, its dataloaders and graphql-jit over a library: node server.mjs DATABASE PORT
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import SchemaBuilder from "@pothos/core";
import DataloaderPlugin from "@pothos/plugin-dataloader";
import { createYoga } from "graphql-yoga";
import { KINDS, Library } from "../library.mjs";

const [path, port] = process.argv.slice(2);
const library = new Library(path);
const builder = new SchemaBuilder({ plugins: [DataloaderPlugin] });

const asItIs = { serialize: (value) => value };
builder.scalarType("BigInt", asItIs);
builder.scalarType("DateTime", asItIs);
const MediaKind = builder.enumType("MediaKind", { values: Object.keys(KINDS) });
const MediaOrderField = builder.enumType("MediaOrderField", { values: ["CREATED_AT"] });
const OrderDirection = builder.enumType("OrderDirection", { values: ["ASC", "DESC"] });
const MediaKindFilter = builder.inputType("MediaKindFilter", { fields: (t) => ({ eq: t.field({ type: MediaKind }) }) });
const MediaFilter = builder.inputType("MediaFilter", { fields: (t) => ({ kind: t.field({ type: MediaKindFilter }) }) });
const MediaOrder = builder.inputType("MediaOrder", {
  fields: (t) => ({
    field: t.field({ type: MediaOrderField, required: true }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: "ASC" }),
  }),
});

const Media = builder.interfaceRef("Media");
const [Tag, Collection, CollectionItem] = ["Tag", "Collection", "CollectionItem"].map((name) => builder.objectRef(name));
const [ImageMetadata, GeoPoint, Exif] = ["ImageMetadata", "GeoPoint", "Exif"].map((name) => builder.objectRef(name));

/** A type with a list of things under one name. */
const connection = (name, field, type) =>
  builder.objectRef(name).implement({ fields: (t) => ({ [field]: t.expose(field, { type: [type] }) }) });
const MediaConnection = connection("MediaConnection", "nodes", Media);
const TagConnection = connection("TagConnection", "nodes", Tag);
const CollectionConnection = connection("CollectionConnection", "nodes", Collection);
const CollectionItemConnection = connection("CollectionItemConnection", "edges", CollectionItem);

/** A page of what belongs to a thing, loaded for all things of its kind at once: `load` has their keys and how many of each. */
const related = (t, type, most, load) =>
  t.loadable({
    type,
    args: { first: t.arg.int({ required: true, defaultValue: most }) },
    byPath: true,
    resolve: (thing) => thing.key,
    load: async (keys, _context, { first }) => load(keys, first),
  });
const cut = (groups, first) => groups.map((things) => ({ nodes: things.length > first ? things.slice(0, first) : things }));

builder.interfaceType(Media, {
  resolveType: (media) => media.__typename,
  fields: (t) => ({
    id: t.exposeID("id"),
    filename: t.exposeString("filename"),
    mimeType: t.exposeString("mimeType"),
    size: t.expose("size", { type: "BigInt", nullable: true }),
    title: t.exposeString("title", { nullable: true }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    tags: related(t, TagConnection, 50, (keys, first) => cut(library.tags(keys), first)),
    collections: related(t, CollectionConnection, 20, (keys, first) => cut(library.collectionsOf(keys), first)),
  }),
});
builder.objectType("Image", {
  interfaces: [Media],
  fields: (t) => ({
    width: t.exposeInt("width", { nullable: true }),
    height: t.exposeInt("height", { nullable: true }),
    metadata: t.loadable({ type: ImageMetadata, resolve: (media) => media.key, load: async (keys) => library.metadata(keys) }),
  }),
});
for (const name of ["Video", "Audio", "Document", "OtherMedia"]) builder.objectType(name, { interfaces: [Media] });

builder.objectType(ImageMetadata, {
  fields: (t) => ({
    location: t.expose("location", { type: GeoPoint, nullable: true }),
    exif: t.expose("exif", { type: Exif, nullable: true }),
  }),
});
builder.objectType(GeoPoint, {
  fields: (t) => ({
    latitude: t.exposeFloat("latitude", { nullable: true }),
    longitude: t.exposeFloat("longitude", { nullable: true }),
    altitude: t.exposeFloat("altitude", { nullable: true }),
  }),
});
builder.objectType(Exif, {
  fields: (t) => ({
    make: t.exposeString("make", { nullable: true }),
    model: t.exposeString("model", { nullable: true }),
    iso: t.exposeInt("iso", { nullable: true }),
  }),
});
builder.objectType(Tag, {
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    color: t.exposeString("color", { nullable: true }),
    media: related(t, MediaConnection, 20, (keys, first) => library.tagged(keys, first).map((nodes) => ({ nodes }))),
  }),
});
builder.objectType(Collection, {
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    media: related(t, CollectionItemConnection, 20, (keys, first) => library.items(keys, first).map((edges) => ({ edges }))),
  }),
});
builder.objectType(CollectionItem, {
  fields: (t) => ({ position: t.exposeString("position"), node: t.expose("node", { type: Media }) }),
});

builder.queryType({
  fields: (t) => ({
    media: t.field({
      type: MediaConnection,
      args: {
        first: t.arg.int({ required: true, defaultValue: 50 }),
        filter: t.arg({ type: MediaFilter }),
        orderBy: t.arg({ type: [MediaOrder], required: true, defaultValue: [{ field: "CREATED_AT", direction: "DESC" }] }),
      },
      resolve: (_, { first, filter, orderBy }) => ({ nodes: library.media(filter?.kind?.eq, orderBy[0].direction, first) }),
    }),
    mediaItem: t.field({
      type: Media,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, { id }) => library.mediaItem(id),
    }),
    collections: t.field({
      type: CollectionConnection,
      args: { first: t.arg.int({ required: true, defaultValue: 20 }) },
      resolve: (_, { first }) => ({ nodes: library.collections(first) }),
    }),
  }),
});

const yoga = createYoga({
  schema: builder.toSchema(),
  plugins: [useGraphQlJit({ disableLeafSerialization: true, disablingCapturingStackErrors: true })], // columns have their types
  graphiql: false,
  landingPage: false,
  logging: false,
  cors: false,
});
createServer(yoga).listen(Number(port), "127.0.0.1");
