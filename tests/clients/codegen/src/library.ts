import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import {
  MediaPageDocument, TagMediaDocument, UploadMediaDocument,
  type MediaCardFragment, type UploadMediaMutation,
} from "./gql/graphql.js";

export type Library = { url: string };

export const connect = (url: string): Library => ({ url });

async function answered<Data>(response: Response): Promise<Data> {
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (errors || !data) throw new Error(errors?.map((one) => one.message).join("; "));
  return data;
}

/** The data of an operation; what it holds and what it needs follows from the document. */
async function ask<Data, Variables>(library: Library, document: TypedDocumentNode<Data, Variables>, variables: Variables) {
  const body = JSON.stringify({ query: print(document), variables });
  const headers = { "content-type": "application/json" };
  return answered<Data>(await fetch(library.url, { method: "POST", headers, body }));
}

/** Every picture and film of the library, page by page. */
export async function everyCard(library: Library, after: string | null = null): Promise<MediaCardFragment[]> {
  const { media } = await ask(library, MediaPageDocument, { first: 2, after, filter: { kind: { in: ["IMAGE", "VIDEO"] } } });
  const cards = media.edges.map(({ node }) => node);
  const { hasNextPage, endCursor } = media.pageInfo;
  return hasNextPage ? [...cards, ...(await everyCard(library, endCursor))] : cards;
}

/** Why a media does not wear a tag; empty where it does. */
export async function tag(library: Library, id: string, name: string) {
  const input = { selection: { ids: [id] }, tagNames: [name] };
  const { tagMedia } = await ask(library, TagMediaDocument, { input });
  return [...tagMedia.userErrors, ...tagMedia.results.flatMap((one) => one.userErrors)];
}

/** A file goes as a part of a form; `operations` has null where its variable is. */
export async function upload(library: Library, file: File) {
  const form = new FormData();
  form.set("operations", JSON.stringify({ query: print(UploadMediaDocument), variables: { file: null } }));
  form.set("map", JSON.stringify({ 0: ["variables.file"] }));
  form.set("0", file);
  const headers = { "graphql-require-preflight": "1" };
  const { uploadMedia } = await answered<UploadMediaMutation>(await fetch(library.url, { method: "POST", headers, body: form }));
  return uploadMedia.media;
}
