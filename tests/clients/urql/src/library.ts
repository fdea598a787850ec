import { Client, fetchExchange, type AnyVariables, type OperationResult } from "@urql/core";
import { MediaPage, TagMedia, UploadMedia, type MediaCard } from "./documents.js";

export const connect = (url: string) =>
  new Client({
    url,
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetchOptions: { headers: { "graphql-require-preflight": "1" } },
  });

/** The data of an answer; what is unexpected is thrown. */
function data<Data, Variables extends AnyVariables>({ data, error }: OperationResult<Data, Variables>): Data {
  if (error || !data) throw error ?? new Error("There is no data.");
  return data;
}

/** Every picture and film of the library, page by page. */
export async function everyCard(client: Client, after: string | null = null): Promise<MediaCard[]> {
  const variables = { first: 2, after, filter: { kind: { in: ["IMAGE" as const, "VIDEO" as const] } } };
  const { media } = data(await client.query(MediaPage, variables).toPromise());
  const cards = media.edges.map(({ node }) => node);
  const { hasNextPage, endCursor } = media.pageInfo;
  return hasNextPage ? [...cards, ...(await everyCard(client, endCursor))] : cards;
}

/** Why a media does not wear a tag; empty where it does. */
export async function tag(client: Client, id: string, name: string) {
  const input = { selection: { ids: [id] }, tagNames: [name] };
  const { tagMedia } = data(await client.mutation(TagMedia, { input }).toPromise());
  return [...tagMedia.userErrors, ...tagMedia.results.flatMap((one) => one.userErrors)];
}

/** urql sends a multipart request wherever a variable is a file. */
export async function upload(client: Client, file: File) {
  const { uploadMedia } = data(await client.mutation(UploadMedia, { file }).toPromise());
  return uploadMedia.media;
}
