import type { VariablesOf } from "gql.tada";
import type { MediaCard, UploadMedia } from "./documents.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_True extends true>() => {};
type Picture = Extract<MediaCard, { __typename: "Image" }>;
type Film = Extract<MediaCard, { __typename: "Video" }>;

// These lines fail to compile when the schema no longer says so.
is<Same<MediaCard["__typename"], "Image" | "Video" | "Audio" | "Document" | "OtherMedia">>();
is<Same<MediaCard["takenAt"], string>>();
is<Same<MediaCard["size"], number | null>>();
is<Same<MediaCard["tags"], { nodes: { name: string }[] }>>();
is<Same<Picture["width"], number | null>>();
is<Same<Picture["metadata"]["exif"], { model: string | null; iso: number | null } | null>>();
is<Same<Film["metadata"], { extra: unknown; frameRate: number | null }>>();
is<Same<VariablesOf<typeof UploadMedia>, { file: Blob }>>();
