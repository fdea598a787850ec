// What both servers read of a library: prepared statements over this project's tables, with its conditions (library and trash).
// Keys are hexadecimal text on the way, as a Buffer for each costs more than all the rest of its row.
import Database from "better-sqlite3";

const PRAGMAS = ["query_only = ON", "cache_size = -65536", "mmap_size = 2147483648", "temp_store = MEMORY"];
const MEDIA = "hex(m.id), m.kind, m.filename, m.mime_type, m.size, m.title, m.created_at, m.width, m.height";
const EXIF = ["lens", "exposure_time", "f_number", "focal_length", "focal_length_35mm", "flash_fired", "taken_at_local",
  "utc_offset", "artist", "copyright", "software", "make", "model", "iso"].map((name) => `d.${name}`);
const ONE = `SELECT ${MEDIA} FROM media m WHERE m.id = ? AND m.library_id = ?`;
const METADATA = `SELECT hex(d.media_id), d.latitude, d.longitude, d.altitude, d.make, d.model, d.iso,
  coalesce(${EXIF}) IS NOT NULL FROM media_metadata d WHERE d.library_id = ? AND d.media_id IN`;
const TAGS = `SELECT hex(l.media_id), hex(t.id), t.name, t.color FROM media_tag l JOIN tag t ON t.id = l.tag_id
  WHERE l.library_id = ? AND t.library_id = l.library_id AND l.media_id IN`;
const COLLECTIONS = `SELECT hex(l.media_id), hex(c.id), c.name FROM collection_item l JOIN collection c ON c.id = l.collection_id
  WHERE l.library_id = ? AND c.library_id = l.library_id AND l.media_id IN`;
const ALL_COLLECTIONS = "SELECT hex(id), name FROM collection WHERE library_id = ? ORDER BY folded_name, id LIMIT ?";
const ITEMS = `SELECT ${MEDIA}, l.position FROM collection_item l JOIN media m ON m.id = l.media_id
  WHERE l.collection_id = ? AND l.library_id = ? AND m.library_id = l.library_id AND m.trashed_at IS NULL
  ORDER BY l.position, l.media_id LIMIT ?`;
const TAGGED = (tags) => `SELECT hex(t.column1), ${MEDIA} FROM (VALUES ${tags}) t CROSS JOIN media m ON m.id IN (
    SELECT l.media_id FROM media_tag l JOIN media o ON o.id = l.media_id
    WHERE l.tag_id = t.column1 AND l.library_id = ? AND o.library_id = l.library_id AND o.trashed_at IS NULL
    ORDER BY l.media_created_at DESC, l.media_id DESC LIMIT ?)
  ORDER BY m.created_at DESC, m.id DESC`;
export const KINDS = { AUDIO: "Audio", DOCUMENT: "Document", IMAGE: "Image", OTHER: "OtherMedia", VIDEO: "Video" };

/** What writes the ids of one type: base64url of its name and the key. */
function ids(type) {
  const start = Buffer.byteLength(`${type}:`);
  const bytes = Buffer.alloc(start + 16);
  bytes.write(`${type}:`);
  return (key) => {
    bytes.write(key, start, "hex");
    return bytes.toString("base64url");
  };
}

const mediaId = ids("Media");
const tagId = ids("Tag");
const collectionId = ids("Collection");

/** A thing of an answer. Its key alone stands for it where a loader looks whether it has seen it. */
class Thing {
  constructor(key, id) {
    this.key = key;
    this.id = id;
  }

  toJSON() {
    return this.key;
  }
}

class Media extends Thing {
  constructor(row) {
    super(row[0], mediaId(row[0]));
    this.__typename = KINDS[row[1]];
    this.filename = row[2];
    this.mimeType = row[3];
    this.size = row[4];
    this.title = row[5];
    this.createdAt = row[6];
    this.width = row[7];
    this.height = row[8];
  }
}

class Tag extends Thing {
  constructor(key, name, color) {
    super(key, tagId(key));
    this.name = name;
    this.color = color;
  }
}

class Collection extends Thing {
  constructor(key, name) {
    super(key, collectionId(key));
    this.name = name;
  }
}

function metadata([, latitude, longitude, altitude, make, model, iso, wrote]) {
  const isPlaced = latitude !== null || longitude !== null;
  return { location: isPlaced ? { latitude, longitude, altitude } : null, exif: wrote ? { make, model, iso } : null };
}

/** A library in a database file. Lists of keys are answered by lists of the same length. */
export class Library {
  #db;
  #key;
  #statements = new Map();

  constructor(path) {
    this.#db = new Database(path, { readonly: true });
    PRAGMAS.forEach((pragma) => this.#db.pragma(pragma));
    this.#key = this.#db.prepare("SELECT id FROM library WHERE name = 'default'").pluck().get();
  }

  /** Media of a kind, or of all, by the time they came. */
  media(kind, direction, first) {
    const ofKind = kind ? "AND m.kind = ?" : "";
    const sql = `SELECT ${MEDIA} FROM media m WHERE m.library_id = ? AND m.trashed_at IS NULL ${ofKind}
      ORDER BY m.created_at ${direction}, m.id ${direction} LIMIT ?`;
    return this.#rows(sql, this.#key, ...(kind ? [kind] : []), first).map((row) => new Media(row));
  }

  /** One media by its id, in the trash or not, or null. */
  mediaItem(id) {
    const bytes = Buffer.from(id, "base64url");
    if (bytes.length !== 22 || bytes.toString("latin1", 0, 6) !== "Media:") return null;
    const [row] = this.#rows(ONE, bytes.subarray(6), this.#key);
    return row ? new Media(row) : null;
  }

  collections(first) {
    return this.#rows(ALL_COLLECTIONS, this.#key, first).map(([key, name]) => new Collection(key, name));
  }

  /** What each of these media's files tells of itself. */
  metadata(keys) {
    const found = new Map(this.#of(METADATA, keys, "").map((row) => [row[0], metadata(row)]));
    return keys.map((key) => found.get(key));
  }

  /** The tags of each of these media, by name. A tag that several have is one object. */
  tags(keys) {
    const tags = new Map();
    return grouped(this.#of(TAGS, keys, "ORDER BY t.folded_name, t.id"), keys, ([, key, name, color]) => {
      if (!tags.has(key)) tags.set(key, new Tag(key, name, color));
      return tags.get(key);
    });
  }

  /** The collections of each of these media, by name. */
  collectionsOf(keys) {
    const collections = new Map();
    return grouped(this.#of(COLLECTIONS, keys, "ORDER BY c.folded_name, c.id"), keys, ([, key, name]) => {
      if (!collections.has(key)) collections.set(key, new Collection(key, name));
      return collections.get(key);
    });
  }

  /** The first media of each of these tags, newest first, by one statement: a hundred small ones take twice as long. */
  tagged(keys, first) {
    const tags = [...new Set(keys)];
    const rows = this.#rows(TAGGED(marks(tags, "(?)")), ...binary(tags), this.#key, first);
    return grouped(rows, keys, ([, ...media]) => new Media(media));
  }

  /** The first media of each of these collections, with their positions. */
  items(keys, first) {
    const read = (key) => this.#rows(ITEMS, key, this.#key, first);
    return binary(keys).map((key) => read(key).map((row) => ({ position: row[9], node: new Media(row) })));
  }

  #of(sql, keys, order) {
    return this.#rows(`${sql} (${marks(keys, "?")}) ${order}`, this.#key, ...binary(keys));
  }

  #rows(sql, ...values) {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql).raw()));
    return statement.all(...values);
  }
}

const marks = (keys, mark) => Array(keys.length).fill(mark).join();
const binary = (keys) => keys.map((key) => Buffer.from(key, "hex"));

/** For each key what is made of its rows, in their order. */
function grouped(rows, keys, made) {
  const groups = new Map(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(row[0]).push(made(row));
  return keys.map((key) => groups.get(key));
}
