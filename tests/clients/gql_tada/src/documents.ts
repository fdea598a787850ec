import type { ResultOf } from "gql.tada";
import { graphql } from "./graphql.js";

export const MediaCard = graphql(`
  fragment MediaCard on Media @_unmask {
    __typename
    id
    title
    takenAt
    size
    url
    thumbnail { url width height }
    tags(first: 10) { nodes { name } }
    collections(first: 10) { nodes { name } }
    ... on Image { width height metadata { extra exif { model iso } } }
    ... on Video { durationMs hasAudio metadata { extra frameRate } }
  }
`);
export type MediaCard = ResultOf<typeof MediaCard>;

export const MediaPage = graphql(
  `
    query MediaPage($first: Int!, $after: String, $filter: MediaFilter) {
      media(first: $first, after: $after, filter: $filter, orderBy: [{ field: TITLE }]) {
        edges { node { ...MediaCard } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [MediaCard],
);

export const TagMedia = graphql(`
  mutation TagMedia($input: TagMediaInput!) {
    tagMedia(input: $input) {
      changed
      userErrors { __typename code message path }
      results { nodeId userErrors { __typename code message path } }
    }
  }
`);

export const UploadMedia = graphql(`
  mutation UploadMedia($file: Upload!) {
    uploadMedia(input: { file: $file }) {
      media { id filename createdAt }
      userErrors { __typename code message path }
    }
  }
`);
