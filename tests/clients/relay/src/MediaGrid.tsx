import { graphql, useFragment, useLazyLoadQuery, useMutation, usePaginationFragment } from "react-relay";
import type { MediaGridQuery } from "./__generated__/MediaGridQuery.graphql";
import type { MediaGrid_page$key } from "./__generated__/MediaGrid_page.graphql";
import type { MediaGridPageQuery } from "./__generated__/MediaGridPageQuery.graphql";
import type { MediaGridCard_media$key } from "./__generated__/MediaGridCard_media.graphql";
import type { MediaGridRateMutation } from "./__generated__/MediaGridRateMutation.graphql";
import type { MediaGridUploadMutation } from "./__generated__/MediaGridUploadMutation.graphql";

export function MediaGrid() {
  const library = useLazyLoadQuery<MediaGridQuery>(
    graphql`
      query MediaGridQuery($count: Int!, $filter: MediaFilter) {
        ...MediaGrid_page @arguments(count: $count, filter: $filter)
      }
    `,
    { count: 20, filter: { kind: { in: ["IMAGE", "VIDEO"] } } },
  );
  return <Page library={library} />;
}

function Page({ library }: { library: MediaGrid_page$key }) {
  const { data, hasNext, loadNext } = usePaginationFragment<MediaGridPageQuery, MediaGrid_page$key>(
    graphql`
      fragment MediaGrid_page on Query
      @argumentDefinitions(count: { type: "Int!" }, after: { type: "String" }, filter: { type: "MediaFilter" })
      @refetchable(queryName: "MediaGridPageQuery") {
        media(first: $count, after: $after, filter: $filter, orderBy: [{ field: TITLE }]) @connection(key: "MediaGrid_media") {
          edges { node { id ...MediaGridCard_media } }
        }
      }
    `,
    library,
  );
  return (
    <>
      {data.media.edges.map(({ node }) => <Card key={node.id} media={node} />)}
      {hasNext && <button onClick={() => loadNext(20)}>More</button>}
    </>
  );
}

function Card({ media }: { media: MediaGridCard_media$key }) {
  const card = useFragment(
    graphql`
      fragment MediaGridCard_media on Media {
        __typename
        id
        title
        takenAt
        size
        rating
        url
        thumbnail { url width height }
        tags(first: 10) { nodes { name } }
        collections(first: 10) { nodes { name } }
        ... on Image { width height metadata { extra exif { model iso } } }
        ... on Video { durationMs hasAudio metadata { extra frameRate } }
      }
    `,
    media,
  );
  const [rate, isRating] = useMutation<MediaGridRateMutation>(graphql`
    mutation MediaGridRateMutation($input: UpdateMediaInput!) {
      updateMedia(input: $input) {
        media { ...MediaGridCard_media }
        userErrors { __typename code message path }
      }
    }
  `);
  const praise = () => rate({ variables: { input: { id: card.id, patch: { rating: 5 } } } });
  return (
    <figure>
      {card.thumbnail && <img src={card.thumbnail.url} width={card.thumbnail.width} height={card.thumbnail.height} />}
      <figcaption>{card.title}, {new Date(card.takenAt).getFullYear()}, {card.metadata?.exif?.model}</figcaption>
      {card.tags.nodes.map(({ name }) => <span key={name}>{name}</span>)}
      <button onClick={praise} disabled={isRating}>{card.rating === 5 ? "★" : "☆"}</button>
    </figure>
  );
}

export function Upload() {
  const [upload] = useMutation<MediaGridUploadMutation>(graphql`
    mutation MediaGridUploadMutation($file: Upload!) {
      uploadMedia(input: { file: $file }) {
        media { id filename createdAt }
        userErrors { __typename code message path }
      }
    }
  `);
  const send = (file: File) => upload({ variables: { file: null }, uploadables: { file } });
  return <input type="file" onChange={({ target }) => target.files?.[0] && send(target.files[0])} />;
}
