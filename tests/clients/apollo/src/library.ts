import { ApolloClient, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import UploadHttpLink from "apollo-upload-client/UploadHttpLink.mjs";
import { filter, firstValueFrom } from "rxjs";
import {
  MediaPageDocument, TagMediaDocument, UploadMediaDocument, type MediaCardFragment, type MediaPageQuery,
} from "./gql/graphql.js";
import introspection from "./gql/possible-types.js";

export const connect = (uri: string) =>
  new ApolloClient({
    link: new UploadHttpLink({ uri, headers: { "graphql-require-preflight": "1" } }),
    cache: new InMemoryCache({
      possibleTypes: introspection.possibleTypes,
      typePolicies: { Query: { fields: { media: relayStylePagination(["filter", "orderBy", "trash"]) } } },
    }),
  });

/** Every picture and film of the library; the cache puts each page behind those before it. */
export async function everyCard(client: ApolloClient): Promise<MediaCardFragment[]> {
  const asked = { query: MediaPageDocument, variables: { first: 2, filter: { kind: { in: ["IMAGE" as const, "VIDEO" as const] } } } };
  const pages = client.watchQuery(asked);
  const shown = pages.subscribe({});
  const answer = await firstValueFrom(pages.pipe(filter(({ loading }) => !loading)));
  let page = answer.data as MediaPageQuery | undefined;
  while (page?.media.pageInfo.hasNextPage) {
    const more: { data?: MediaPageQuery } = await pages.fetchMore({ variables: { after: page.media.pageInfo.endCursor } });
    page = more.data;
  }
  shown.unsubscribe();
  return client.readQuery(asked)?.media.edges.map(({ node }) => node) ?? [];
}

/** Why a media does not wear a tag; empty where it does. */
export async function tag(client: ApolloClient, id: string, name: string) {
  const input = { selection: { ids: [id] }, tagNames: [name] };
  const { data } = await client.mutate({ mutation: TagMediaDocument, variables: { input } });
  return [...data!.tagMedia.userErrors, ...data!.tagMedia.results.flatMap((one) => one.userErrors)];
}

/** The link sends a multipart request wherever a variable is a file. */
export async function upload(client: ApolloClient, file: File) {
  const { data } = await client.mutate({ mutation: UploadMediaDocument, variables: { file } });
  return data!.uploadMedia.media;
}
