// Mercurius with its loaders and its JIT over a library: node server.mjs DATABASE PORT
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { KINDS, Library } from "../library.mjs";

const [path, port] = process.argv.slice(2);
const library = new Library(path);

const keysOf = (queries) => queries.map(({ obj }) => obj.key);
const mostOf = (queries) => Math.max(...queries.map(({ params }) => params.first));

/** What was read for each query, as a connection of as many as it asks for. */
const pages = (field, groups, queries) => groups.map((things, at) => ({ [field]: cut(things, queries[at].params.first) }));
const cut = (things, first) => (things.length > first ? things.slice(0, first) : things);

const ofMedia = {
  tags: async (queries) => pages("nodes", library.tags(keysOf(queries)), queries),
  collections: async (queries) => pages("nodes", library.collectionsOf(keysOf(queries)), queries),
};
const loaders = {
  ...Object.fromEntries(Object.values(KINDS).map((type) => [type, ofMedia])),
  Image: { ...ofMedia, metadata: async (queries) => library.metadata(keysOf(queries)) },
  Tag: { media: async (queries) => pages("nodes", library.tagged(keysOf(queries), mostOf(queries)), queries) },
  Collection: { media: async (queries) => pages("edges", library.items(keysOf(queries), mostOf(queries)), queries) },
};
const resolvers = {
  Query: {
    media: (_, { first, filter, orderBy }) => ({ nodes: library.media(filter?.kind?.eq, orderBy[0].direction, first) }),
    mediaItem: (_, { id }) => library.mediaItem(id),
    collections: (_, { first }) => ({ nodes: library.collections(first) }),
  },
};

const app = Fastify();
app.register(mercurius, {
  schema: readFileSync(new URL("schema.graphql", import.meta.url), "utf8"),
  resolvers,
  loaders,
  jit: 1,
  compilerOptions: { disableLeafSerialization: true, disablingCapturingStackErrors: true }, // columns have their types
});
await app.listen({ host: "127.0.0.1", port: Number(port) });
