"""Tallies: what the media of a library come to, kept by triggers."""
# ruff: noqa: S608 - all of it is our own text

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ON_SQLITE = [
    (
        'CREATE TRIGGER tally_media_insert AFTER INSERT ON media BEGIN INSERT INTO media_tally (library_id, facet, '
        'value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), sum(duration_ms) FROM'
        " (SELECT NEW.library_id AS library_id, 'KIND' AS facet, NEW.kind AS value, 1 AS count, 1 * coalesce(NEW.size, "
        '0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE NEW.kind IS NOT NULL AND NEW.trashed_at IS '
        "NULL UNION ALL SELECT NEW.library_id AS library_id, 'MIME_TYPE' AS facet, NEW.mime_type AS value, 1 AS count, "
        '1 * coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE NEW.mime_type IS NOT '
        "NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'STATUS' AS facet, NEW.status "
        'AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE'
        " NEW.status IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'RATING' AS "
        'facet, CAST(NEW.rating AS VARCHAR) AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS size, 1 * '
        'coalesce(NEW.duration_ms, 0) AS duration_ms WHERE CAST(NEW.rating AS VARCHAR) IS NOT NULL AND NEW.trashed_at '
        "IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN NEW.width = 0 OR "
        "NEW.height = 0 THEN NULL WHEN NEW.width > NEW.height THEN 'LANDSCAPE' WHEN NEW.width < NEW.height THEN "
        "'PORTRAIT' WHEN NEW.width = NEW.height THEN 'SQUARE' END AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS "
        'size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE CASE WHEN NEW.width = 0 OR NEW.height = 0 THEN '
        "NULL WHEN NEW.width > NEW.height THEN 'LANDSCAPE' WHEN NEW.width < NEW.height THEN 'PORTRAIT' WHEN NEW.width ="
        " NEW.height THEN 'SQUARE' END IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS "
        "library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE storage.id = NEW.storage_id) AS value, 1 AS "
        'count, 1 * coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE (SELECT key '
        'FROM storage WHERE storage.id = NEW.storage_id) IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT '
        "NEW.library_id AS library_id, 'HOUR' AS facet, substr(NEW.taken_at, 1, 13) AS value, 1 AS count, 1 * "
        'coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE substr(NEW.taken_at, 1, '
        "13) IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'DAY' AS facet, "
        'substr(substr(NEW.taken_at, 1, 13), 1, 10) AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS size, 1 * '
        'coalesce(NEW.duration_ms, 0) AS duration_ms WHERE substr(substr(NEW.taken_at, 1, 13), 1, 10) IS NOT NULL AND '
        'NEW.trashed_at IS NULL) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR'
        ' sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_media_update AFTER UPDATE OF library_id, kind, mime_type, status, rating, width, height, '
        'storage_id, taken_at, size, duration_ms, trashed_at ON media BEGIN INSERT INTO media_tally (library_id, facet,'
        ' value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), sum(duration_ms) '
        "FROM (SELECT OLD.library_id AS library_id, 'KIND' AS facet, OLD.kind AS value, -1 AS count, -1 * "
        'coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE OLD.kind IS NOT NULL AND'
        " OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'MIME_TYPE' AS facet, OLD.mime_type AS "
        'value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE'
        " OLD.mime_type IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'STATUS' "
        'AS facet, OLD.status AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms,'
        ' 0) AS duration_ms WHERE OLD.status IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS '
        "library_id, 'RATING' AS facet, CAST(OLD.rating AS VARCHAR) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) "
        'AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE CAST(OLD.rating AS VARCHAR) IS NOT NULL AND '
        "OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN "
        "OLD.width = 0 OR OLD.height = 0 THEN NULL WHEN OLD.width > OLD.height THEN 'LANDSCAPE' WHEN OLD.width < "
        "OLD.height THEN 'PORTRAIT' WHEN OLD.width = OLD.height THEN 'SQUARE' END AS value, -1 AS count, -1 * "
        'coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE CASE WHEN OLD.width = 0 '
        "OR OLD.height = 0 THEN NULL WHEN OLD.width > OLD.height THEN 'LANDSCAPE' WHEN OLD.width < OLD.height THEN "
        "'PORTRAIT' WHEN OLD.width = OLD.height THEN 'SQUARE' END IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL "
        "SELECT OLD.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE storage.id = "
        'OLD.storage_id) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) '
        'AS duration_ms WHERE (SELECT key FROM storage WHERE storage.id = OLD.storage_id) IS NOT NULL AND '
        "OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'HOUR' AS facet, substr(OLD.taken_at, 1,"
        ' 13) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS '
        'duration_ms WHERE substr(OLD.taken_at, 1, 13) IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT '
        "OLD.library_id AS library_id, 'DAY' AS facet, substr(substr(OLD.taken_at, 1, 13), 1, 10) AS value, -1 AS "
        'count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE '
        'substr(substr(OLD.taken_at, 1, 13), 1, 10) IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT '
        "NEW.library_id AS library_id, 'KIND' AS facet, NEW.kind AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS "
        'size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE NEW.kind IS NOT NULL AND NEW.trashed_at IS NULL '
        "UNION ALL SELECT NEW.library_id AS library_id, 'MIME_TYPE' AS facet, NEW.mime_type AS value, 1 AS count, 1 * "
        'coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE NEW.mime_type IS NOT NULL'
        " AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'STATUS' AS facet, NEW.status AS "
        'value, 1 AS count, 1 * coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE '
        "NEW.status IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'RATING' AS "
        'facet, CAST(NEW.rating AS VARCHAR) AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS size, 1 * '
        'coalesce(NEW.duration_ms, 0) AS duration_ms WHERE CAST(NEW.rating AS VARCHAR) IS NOT NULL AND NEW.trashed_at '
        "IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN NEW.width = 0 OR "
        "NEW.height = 0 THEN NULL WHEN NEW.width > NEW.height THEN 'LANDSCAPE' WHEN NEW.width < NEW.height THEN "
        "'PORTRAIT' WHEN NEW.width = NEW.height THEN 'SQUARE' END AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS "
        'size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE CASE WHEN NEW.width = 0 OR NEW.height = 0 THEN '
        "NULL WHEN NEW.width > NEW.height THEN 'LANDSCAPE' WHEN NEW.width < NEW.height THEN 'PORTRAIT' WHEN NEW.width ="
        " NEW.height THEN 'SQUARE' END IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS "
        "library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE storage.id = NEW.storage_id) AS value, 1 AS "
        'count, 1 * coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE (SELECT key '
        'FROM storage WHERE storage.id = NEW.storage_id) IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT '
        "NEW.library_id AS library_id, 'HOUR' AS facet, substr(NEW.taken_at, 1, 13) AS value, 1 AS count, 1 * "
        'coalesce(NEW.size, 0) AS size, 1 * coalesce(NEW.duration_ms, 0) AS duration_ms WHERE substr(NEW.taken_at, 1, '
        "13) IS NOT NULL AND NEW.trashed_at IS NULL UNION ALL SELECT NEW.library_id AS library_id, 'DAY' AS facet, "
        'substr(substr(NEW.taken_at, 1, 13), 1, 10) AS value, 1 AS count, 1 * coalesce(NEW.size, 0) AS size, 1 * '
        'coalesce(NEW.duration_ms, 0) AS duration_ms WHERE substr(substr(NEW.taken_at, 1, 13), 1, 10) IS NOT NULL AND '
        'NEW.trashed_at IS NULL) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR'
        ' sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_media_trash AFTER UPDATE OF trashed_at ON media WHEN (OLD.trashed_at IS NULL) <> '
        '(NEW.trashed_at IS NULL) BEGIN INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) '
        'SELECT library_id, facet, value, sum(count), sum(size), sum(duration_ms) FROM (SELECT one.library_id AS '
        "library_id, 'CAMERA' AS facet, CASE WHEN one.make IS NULL THEN one.model WHEN one.model IS NULL THEN one.make "
        "WHEN substr(one.model, 1, length(one.make)) = one.make THEN one.model ELSE one.make || ' ' || one.model END AS"
        ' value, CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM '
        'media_metadata AS one WHERE CASE WHEN one.make IS NULL THEN one.model WHEN one.model IS NULL THEN one.make '
        "WHEN substr(one.model, 1, length(one.make)) = one.make THEN one.model ELSE one.make || ' ' || one.model END IS"
        " NOT NULL AND one.media_id = NEW.id UNION ALL SELECT one.library_id AS library_id, 'LENS' AS facet, one.lens "
        'AS value, CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM '
        'media_metadata AS one WHERE one.lens IS NOT NULL AND one.media_id = NEW.id UNION ALL SELECT one.library_id AS '
        "library_id, 'VIDEO_CODEC' AS facet, one.video_codec AS value, CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 "
        'END AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.video_codec IS NOT NULL AND '
        "one.media_id = NEW.id UNION ALL SELECT one.library_id AS library_id, 'ARTIST' AS facet, one.artist AS value, "
        'CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM media_metadata '
        'AS one WHERE one.artist IS NOT NULL AND one.media_id = NEW.id UNION ALL SELECT one.library_id AS library_id, '
        "'ALBUM' AS facet, one.album AS value, CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size,"
        ' 0 AS duration_ms FROM media_metadata AS one WHERE one.album IS NOT NULL AND one.media_id = NEW.id UNION ALL '
        "SELECT one.library_id AS library_id, 'GENRE' AS facet, one.genre AS value, CASE WHEN NEW.trashed_at IS NULL "
        'THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.genre IS NOT '
        "NULL AND one.media_id = NEW.id UNION ALL SELECT NEW.library_id AS library_id, 'TAGGED' AS facet, '' AS value, "
        "CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms WHERE '' IS NOT NULL"
        ' AND EXISTS (SELECT 1 FROM media_tag WHERE media_id = NEW.id) UNION ALL SELECT NEW.library_id AS library_id, '
        "'COLLECTED' AS facet, '' AS value, CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 "
        "AS duration_ms WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM collection_item WHERE media_id = NEW.id)) AS "
        'found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON '
        'CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + excluded.count, size = '
        'media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_media_delete BEFORE DELETE ON media WHEN OLD.trashed_at IS NULL BEGIN INSERT INTO '
        'media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), '
        "sum(size), sum(duration_ms) FROM (SELECT OLD.library_id AS library_id, 'KIND' AS facet, OLD.kind AS value, -1 "
        'AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE OLD.kind '
        "IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'MIME_TYPE' AS facet, "
        'OLD.mime_type AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS '
        'duration_ms WHERE OLD.mime_type IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS '
        "library_id, 'STATUS' AS facet, OLD.status AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * "
        'coalesce(OLD.duration_ms, 0) AS duration_ms WHERE OLD.status IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL '
        "SELECT OLD.library_id AS library_id, 'RATING' AS facet, CAST(OLD.rating AS VARCHAR) AS value, -1 AS count, -1 "
        '* coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE CAST(OLD.rating AS '
        "VARCHAR) IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'ORIENTATION' "
        "AS facet, CASE WHEN OLD.width = 0 OR OLD.height = 0 THEN NULL WHEN OLD.width > OLD.height THEN 'LANDSCAPE' "
        "WHEN OLD.width < OLD.height THEN 'PORTRAIT' WHEN OLD.width = OLD.height THEN 'SQUARE' END AS value, -1 AS "
        'count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE CASE WHEN '
        "OLD.width = 0 OR OLD.height = 0 THEN NULL WHEN OLD.width > OLD.height THEN 'LANDSCAPE' WHEN OLD.width < "
        "OLD.height THEN 'PORTRAIT' WHEN OLD.width = OLD.height THEN 'SQUARE' END IS NOT NULL AND OLD.trashed_at IS "
        "NULL UNION ALL SELECT OLD.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE "
        'storage.id = OLD.storage_id) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * '
        'coalesce(OLD.duration_ms, 0) AS duration_ms WHERE (SELECT key FROM storage WHERE storage.id = OLD.storage_id) '
        "IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'HOUR' AS facet, "
        'substr(OLD.taken_at, 1, 13) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * '
        'coalesce(OLD.duration_ms, 0) AS duration_ms WHERE substr(OLD.taken_at, 1, 13) IS NOT NULL AND OLD.trashed_at '
        "IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'DAY' AS facet, substr(substr(OLD.taken_at, 1, 13), 1, "
        '10) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS '
        'duration_ms WHERE substr(substr(OLD.taken_at, 1, 13), 1, 10) IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL '
        "SELECT one.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN one.make IS NULL THEN one.model WHEN "
        'one.model IS NULL THEN one.make WHEN substr(one.model, 1, length(one.make)) = one.make THEN one.model ELSE '
        "one.make || ' ' || one.model END AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one"
        ' WHERE CASE WHEN one.make IS NULL THEN one.model WHEN one.model IS NULL THEN one.make WHEN substr(one.model, '
        "1, length(one.make)) = one.make THEN one.model ELSE one.make || ' ' || one.model END IS NOT NULL AND "
        "one.media_id = OLD.id UNION ALL SELECT one.library_id AS library_id, 'LENS' AS facet, one.lens AS value, -1 AS"
        ' count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.lens IS NOT NULL AND one.media_id = '
        "OLD.id UNION ALL SELECT one.library_id AS library_id, 'VIDEO_CODEC' AS facet, one.video_codec AS value, -1 AS "
        'count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.video_codec IS NOT NULL AND '
        "one.media_id = OLD.id UNION ALL SELECT one.library_id AS library_id, 'ARTIST' AS facet, one.artist AS value, "
        '-1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.artist IS NOT NULL AND '
        "one.media_id = OLD.id UNION ALL SELECT one.library_id AS library_id, 'ALBUM' AS facet, one.album AS value, -1 "
        'AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.album IS NOT NULL AND one.media_id '
        "= OLD.id UNION ALL SELECT one.library_id AS library_id, 'GENRE' AS facet, one.genre AS value, -1 AS count, 0 "
        'AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.genre IS NOT NULL AND one.media_id = OLD.id) AS'
        ' found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON '
        'CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + excluded.count, size = '
        'media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_library_delete BEFORE DELETE ON library BEGIN DELETE FROM media WHERE library_id = '
        'OLD.id; END'
    ),
    (
        'CREATE TRIGGER tally_metadata_insert AFTER INSERT ON media_metadata BEGIN INSERT INTO media_tally (library_id,'
        ' facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT NEW.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN NEW.make IS NULL THEN"
        ' NEW.model WHEN NEW.model IS NULL THEN NEW.make WHEN substr(NEW.model, 1, length(NEW.make)) = NEW.make THEN '
        "NEW.model ELSE NEW.make || ' ' || NEW.model END AS value, 1 AS count, 0 AS size, 0 AS duration_ms WHERE CASE "
        'WHEN NEW.make IS NULL THEN NEW.model WHEN NEW.model IS NULL THEN NEW.make WHEN substr(NEW.model, 1, '
        "length(NEW.make)) = NEW.make THEN NEW.model ELSE NEW.make || ' ' || NEW.model END IS NOT NULL AND EXISTS "
        '(SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "NEW.library_id AS library_id, 'LENS' AS facet, NEW.lens AS value, 1 AS count, 0 AS size, 0 AS duration_ms "
        'WHERE NEW.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at '
        "IS NULL) UNION ALL SELECT NEW.library_id AS library_id, 'VIDEO_CODEC' AS facet, NEW.video_codec AS value, 1 AS"
        ' count, 0 AS size, 0 AS duration_ms WHERE NEW.video_codec IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE '
        "media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT NEW.library_id AS library_id, 'ARTIST' "
        'AS facet, NEW.artist AS value, 1 AS count, 0 AS size, 0 AS duration_ms WHERE NEW.artist IS NOT NULL AND EXISTS'
        ' (SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "NEW.library_id AS library_id, 'ALBUM' AS facet, NEW.album AS value, 1 AS count, 0 AS size, 0 AS duration_ms "
        'WHERE NEW.album IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at'
        " IS NULL) UNION ALL SELECT NEW.library_id AS library_id, 'GENRE' AS facet, NEW.genre AS value, 1 AS count, 0 "
        'AS size, 0 AS duration_ms WHERE NEW.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        'NEW.media_id AND media.trashed_at IS NULL)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 '
        'OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = '
        'media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_metadata_delete AFTER DELETE ON media_metadata BEGIN INSERT INTO media_tally (library_id,'
        ' facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT OLD.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN OLD.make IS NULL THEN"
        ' OLD.model WHEN OLD.model IS NULL THEN OLD.make WHEN substr(OLD.model, 1, length(OLD.make)) = OLD.make THEN '
        "OLD.model ELSE OLD.make || ' ' || OLD.model END AS value, -1 AS count, 0 AS size, 0 AS duration_ms WHERE CASE "
        'WHEN OLD.make IS NULL THEN OLD.model WHEN OLD.model IS NULL THEN OLD.make WHEN substr(OLD.model, 1, '
        "length(OLD.make)) = OLD.make THEN OLD.model ELSE OLD.make || ' ' || OLD.model END IS NOT NULL AND EXISTS "
        '(SELECT 1 FROM media WHERE media.id = OLD.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "OLD.library_id AS library_id, 'LENS' AS facet, OLD.lens AS value, -1 AS count, 0 AS size, 0 AS duration_ms "
        'WHERE OLD.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND media.trashed_at '
        "IS NULL) UNION ALL SELECT OLD.library_id AS library_id, 'VIDEO_CODEC' AS facet, OLD.video_codec AS value, -1 "
        'AS count, 0 AS size, 0 AS duration_ms WHERE OLD.video_codec IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE '
        "media.id = OLD.media_id AND media.trashed_at IS NULL) UNION ALL SELECT OLD.library_id AS library_id, 'ARTIST' "
        'AS facet, OLD.artist AS value, -1 AS count, 0 AS size, 0 AS duration_ms WHERE OLD.artist IS NOT NULL AND '
        'EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "OLD.library_id AS library_id, 'ALBUM' AS facet, OLD.album AS value, -1 AS count, 0 AS size, 0 AS duration_ms "
        'WHERE OLD.album IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND media.trashed_at'
        " IS NULL) UNION ALL SELECT OLD.library_id AS library_id, 'GENRE' AS facet, OLD.genre AS value, -1 AS count, 0 "
        'AS size, 0 AS duration_ms WHERE OLD.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        'OLD.media_id AND media.trashed_at IS NULL)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 '
        'OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = '
        'media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_metadata_update AFTER UPDATE OF media_id, make, model, lens, video_codec, artist, album, '
        'genre ON media_metadata BEGIN INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) '
        'SELECT library_id, facet, value, sum(count), sum(size), sum(duration_ms) FROM (SELECT OLD.library_id AS '
        "library_id, 'CAMERA' AS facet, CASE WHEN OLD.make IS NULL THEN OLD.model WHEN OLD.model IS NULL THEN OLD.make "
        "WHEN substr(OLD.model, 1, length(OLD.make)) = OLD.make THEN OLD.model ELSE OLD.make || ' ' || OLD.model END AS"
        ' value, -1 AS count, 0 AS size, 0 AS duration_ms WHERE CASE WHEN OLD.make IS NULL THEN OLD.model WHEN '
        'OLD.model IS NULL THEN OLD.make WHEN substr(OLD.model, 1, length(OLD.make)) = OLD.make THEN OLD.model ELSE '
        "OLD.make || ' ' || OLD.model END IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND"
        " media.trashed_at IS NULL) UNION ALL SELECT OLD.library_id AS library_id, 'LENS' AS facet, OLD.lens AS value, "
        '-1 AS count, 0 AS size, 0 AS duration_ms WHERE OLD.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE '
        'media.id = OLD.media_id AND media.trashed_at IS NULL) UNION ALL SELECT OLD.library_id AS library_id, '
        "'VIDEO_CODEC' AS facet, OLD.video_codec AS value, -1 AS count, 0 AS size, 0 AS duration_ms WHERE "
        'OLD.video_codec IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND media.trashed_at'
        " IS NULL) UNION ALL SELECT OLD.library_id AS library_id, 'ARTIST' AS facet, OLD.artist AS value, -1 AS count, "
        '0 AS size, 0 AS duration_ms WHERE OLD.artist IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "OLD.media_id AND media.trashed_at IS NULL) UNION ALL SELECT OLD.library_id AS library_id, 'ALBUM' AS facet, "
        'OLD.album AS value, -1 AS count, 0 AS size, 0 AS duration_ms WHERE OLD.album IS NOT NULL AND EXISTS (SELECT 1 '
        'FROM media WHERE media.id = OLD.media_id AND media.trashed_at IS NULL) UNION ALL SELECT OLD.library_id AS '
        "library_id, 'GENRE' AS facet, OLD.genre AS value, -1 AS count, 0 AS size, 0 AS duration_ms WHERE OLD.genre IS "
        'NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND media.trashed_at IS NULL) UNION ALL'
        " SELECT NEW.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN NEW.make IS NULL THEN NEW.model WHEN "
        'NEW.model IS NULL THEN NEW.make WHEN substr(NEW.model, 1, length(NEW.make)) = NEW.make THEN NEW.model ELSE '
        "NEW.make || ' ' || NEW.model END AS value, 1 AS count, 0 AS size, 0 AS duration_ms WHERE CASE WHEN NEW.make IS"
        ' NULL THEN NEW.model WHEN NEW.model IS NULL THEN NEW.make WHEN substr(NEW.model, 1, length(NEW.make)) = '
        "NEW.make THEN NEW.model ELSE NEW.make || ' ' || NEW.model END IS NOT NULL AND EXISTS (SELECT 1 FROM media "
        'WHERE media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT NEW.library_id AS library_id, '
        "'LENS' AS facet, NEW.lens AS value, 1 AS count, 0 AS size, 0 AS duration_ms WHERE NEW.lens IS NOT NULL AND "
        'EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "NEW.library_id AS library_id, 'VIDEO_CODEC' AS facet, NEW.video_codec AS value, 1 AS count, 0 AS size, 0 AS "
        'duration_ms WHERE NEW.video_codec IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id '
        "AND media.trashed_at IS NULL) UNION ALL SELECT NEW.library_id AS library_id, 'ARTIST' AS facet, NEW.artist AS "
        'value, 1 AS count, 0 AS size, 0 AS duration_ms WHERE NEW.artist IS NOT NULL AND EXISTS (SELECT 1 FROM media '
        'WHERE media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT NEW.library_id AS library_id, '
        "'ALBUM' AS facet, NEW.album AS value, 1 AS count, 0 AS size, 0 AS duration_ms WHERE NEW.album IS NOT NULL AND "
        'EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "NEW.library_id AS library_id, 'GENRE' AS facet, NEW.genre AS value, 1 AS count, 0 AS size, 0 AS duration_ms "
        'WHERE NEW.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id AND media.trashed_at'
        ' IS NULL)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR '
        'sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_media_tag_insert AFTER INSERT ON media_tag BEGIN INSERT INTO media_tally (library_id, '
        'facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT NEW.library_id AS library_id, 'TAGGED' AS facet, '' AS value, 1 AS count, 0 AS "
        "size, 0 AS duration_ms WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id AND "
        'media.trashed_at IS NULL) AND (SELECT count(*) FROM (SELECT 1 FROM media_tag WHERE media_id = NEW.media_id '
        'LIMIT 2)) = 1) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR '
        'sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_media_tag_delete AFTER DELETE ON media_tag BEGIN INSERT INTO media_tally (library_id, '
        'facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT OLD.library_id AS library_id, 'TAGGED' AS facet, '' AS value, -1 AS count, 0 AS "
        "size, 0 AS duration_ms WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id AND "
        'media.trashed_at IS NULL) AND (SELECT count(*) FROM (SELECT 1 FROM media_tag WHERE media_id = OLD.media_id '
        'LIMIT 2)) = 0) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR '
        'sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_collection_item_insert AFTER INSERT ON collection_item BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT NEW.library_id AS library_id, 'COLLECTED' AS facet, '' AS value, 1 AS count, 0 "
        "AS size, 0 AS duration_ms WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = NEW.media_id "
        'AND media.trashed_at IS NULL) AND (SELECT count(*) FROM (SELECT 1 FROM collection_item WHERE media_id = '
        'NEW.media_id LIMIT 2)) = 1) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> '
        '0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
    (
        'CREATE TRIGGER tally_collection_item_delete AFTER DELETE ON collection_item BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT OLD.library_id AS library_id, 'COLLECTED' AS facet, '' AS value, -1 AS count, 0 "
        "AS size, 0 AS duration_ms WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = OLD.media_id "
        'AND media.trashed_at IS NULL) AND (SELECT count(*) FROM (SELECT 1 FROM collection_item WHERE media_id = '
        'OLD.media_id LIMIT 2)) = 0) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> '
        '0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; END'
    ),
]
ON_POSTGRESQL = [
    (
        'CREATE FUNCTION tally_media_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT came.library_id AS library_id, 'KIND' AS facet, came.kind AS value, 1 AS count, "
        '1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE came.kind'
        " IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT came.library_id AS library_id, 'MIME_TYPE' AS facet,"
        ' came.mime_type AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS'
        ' duration_ms FROM came WHERE came.mime_type IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT '
        "came.library_id AS library_id, 'STATUS' AS facet, came.status AS value, 1 AS count, 1 * coalesce(came.size, 0)"
        ' AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE came.status IS NOT NULL AND '
        "came.trashed_at IS NULL UNION ALL SELECT came.library_id AS library_id, 'RATING' AS facet, CAST(came.rating AS"
        ' VARCHAR) AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS '
        'duration_ms FROM came WHERE CAST(came.rating AS VARCHAR) IS NOT NULL AND came.trashed_at IS NULL UNION ALL '
        "SELECT came.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN came.width = 0 OR came.height = 0 THEN"
        " NULL WHEN came.width > came.height THEN 'LANDSCAPE' WHEN came.width < came.height THEN 'PORTRAIT' WHEN "
        "came.width = came.height THEN 'SQUARE' END AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * "
        'coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE CASE WHEN came.width = 0 OR came.height = 0 THEN '
        "NULL WHEN came.width > came.height THEN 'LANDSCAPE' WHEN came.width < came.height THEN 'PORTRAIT' WHEN "
        "came.width = came.height THEN 'SQUARE' END IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT "
        "came.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE storage.id = "
        'came.storage_id) AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) '
        'AS duration_ms FROM came WHERE (SELECT key FROM storage WHERE storage.id = came.storage_id) IS NOT NULL AND '
        "came.trashed_at IS NULL UNION ALL SELECT came.library_id AS library_id, 'HOUR' AS facet, to_char(came.taken_at"
        ' AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * '
        "coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE to_char(came.taken_at AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24\') IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT came.library_id AS library_id, '
        '\'DAY\' AS facet, substr(to_char(came.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) AS value, 1 AS '
        'count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE '
        'substr(to_char(came.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) IS NOT NULL AND came.trashed_at '
        'IS NULL) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR '
        'sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_insert AFTER INSERT ON media REFERENCING NEW TABLE AS came FOR EACH STATEMENT '
        'EXECUTE FUNCTION tally_media_insert()'
    ),
    (
        'CREATE FUNCTION tally_media_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT went.library_id AS library_id, 'KIND' AS facet, went.kind AS value, -1 AS count,"
        ' -1 * coalesce(went.size, 0) AS size, -1 * coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE '
        "went.kind IS NOT NULL AND went.trashed_at IS NULL UNION ALL SELECT went.library_id AS library_id, 'MIME_TYPE' "
        'AS facet, went.mime_type AS value, -1 AS count, -1 * coalesce(went.size, 0) AS size, -1 * '
        'coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE went.mime_type IS NOT NULL AND went.trashed_at IS'
        " NULL UNION ALL SELECT went.library_id AS library_id, 'STATUS' AS facet, went.status AS value, -1 AS count, -1"
        ' * coalesce(went.size, 0) AS size, -1 * coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE '
        "went.status IS NOT NULL AND went.trashed_at IS NULL UNION ALL SELECT went.library_id AS library_id, 'RATING' "
        'AS facet, CAST(went.rating AS VARCHAR) AS value, -1 AS count, -1 * coalesce(went.size, 0) AS size, -1 * '
        'coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE CAST(went.rating AS VARCHAR) IS NOT NULL AND '
        "went.trashed_at IS NULL UNION ALL SELECT went.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN "
        "went.width = 0 OR went.height = 0 THEN NULL WHEN went.width > went.height THEN 'LANDSCAPE' WHEN went.width < "
        "went.height THEN 'PORTRAIT' WHEN went.width = went.height THEN 'SQUARE' END AS value, -1 AS count, -1 * "
        'coalesce(went.size, 0) AS size, -1 * coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE CASE WHEN '
        "went.width = 0 OR went.height = 0 THEN NULL WHEN went.width > went.height THEN 'LANDSCAPE' WHEN went.width < "
        "went.height THEN 'PORTRAIT' WHEN went.width = went.height THEN 'SQUARE' END IS NOT NULL AND went.trashed_at IS"
        " NULL UNION ALL SELECT went.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE "
        'storage.id = went.storage_id) AS value, -1 AS count, -1 * coalesce(went.size, 0) AS size, -1 * '
        'coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE (SELECT key FROM storage WHERE storage.id = '
        'went.storage_id) IS NOT NULL AND went.trashed_at IS NULL UNION ALL SELECT went.library_id AS library_id, '
        '\'HOUR\' AS facet, to_char(went.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') AS value, -1 AS count, -1 * '
        'coalesce(went.size, 0) AS size, -1 * coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE '
        'to_char(went.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') IS NOT NULL AND went.trashed_at IS NULL UNION '
        "ALL SELECT went.library_id AS library_id, 'DAY' AS facet, substr(to_char(went.taken_at AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24\'), 1, 10) AS value, -1 AS count, -1 * coalesce(went.size, 0) AS size, -1 * '
        "coalesce(went.duration_ms, 0) AS duration_ms FROM went WHERE substr(to_char(went.taken_at AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24\'), 1, 10) IS NOT NULL AND went.trashed_at IS NULL UNION ALL SELECT came.library_id AS '
        "library_id, 'KIND' AS facet, came.kind AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * "
        'coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE came.kind IS NOT NULL AND came.trashed_at IS NULL'
        " UNION ALL SELECT came.library_id AS library_id, 'MIME_TYPE' AS facet, came.mime_type AS value, 1 AS count, 1 "
        '* coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE '
        'came.mime_type IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT came.library_id AS library_id, '
        "'STATUS' AS facet, came.status AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * "
        'coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE came.status IS NOT NULL AND came.trashed_at IS '
        "NULL UNION ALL SELECT came.library_id AS library_id, 'RATING' AS facet, CAST(came.rating AS VARCHAR) AS value,"
        ' 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms FROM came '
        'WHERE CAST(came.rating AS VARCHAR) IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT came.library_id AS'
        " library_id, 'ORIENTATION' AS facet, CASE WHEN came.width = 0 OR came.height = 0 THEN NULL WHEN came.width > "
        "came.height THEN 'LANDSCAPE' WHEN came.width < came.height THEN 'PORTRAIT' WHEN came.width = came.height THEN "
        "'SQUARE' END AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS "
        'duration_ms FROM came WHERE CASE WHEN came.width = 0 OR came.height = 0 THEN NULL WHEN came.width > '
        "came.height THEN 'LANDSCAPE' WHEN came.width < came.height THEN 'PORTRAIT' WHEN came.width = came.height THEN "
        "'SQUARE' END IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT came.library_id AS library_id, 'STORAGE'"
        ' AS facet, (SELECT key FROM storage WHERE storage.id = came.storage_id) AS value, 1 AS count, 1 * '
        'coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE (SELECT key '
        'FROM storage WHERE storage.id = came.storage_id) IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT '
        'came.library_id AS library_id, \'HOUR\' AS facet, to_char(came.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\')'
        ' AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * coalesce(came.duration_ms, 0) AS duration_ms '
        'FROM came WHERE to_char(came.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') IS NOT NULL AND came.trashed_at'
        " IS NULL UNION ALL SELECT came.library_id AS library_id, 'DAY' AS facet, substr(to_char(came.taken_at AT TIME "
        'ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) AS value, 1 AS count, 1 * coalesce(came.size, 0) AS size, 1 * '
        "coalesce(came.duration_ms, 0) AS duration_ms FROM came WHERE substr(to_char(came.taken_at AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24\'), 1, 10) IS NOT NULL AND came.trashed_at IS NULL UNION ALL SELECT one.library_id AS '
        "library_id, 'CAMERA' AS facet, CASE WHEN one.make IS NULL THEN one.model WHEN one.model IS NULL THEN one.make "
        "WHEN substr(one.model, 1, length(one.make)) = one.make THEN one.model ELSE one.make || ' ' || one.model END AS"
        ' value, CASE WHEN came.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM went '
        'JOIN came ON came.id = went.id AND (went.trashed_at IS NULL) <> (came.trashed_at IS NULL) JOIN media_metadata '
        'AS one ON one.media_id = came.id WHERE CASE WHEN one.make IS NULL THEN one.model WHEN one.model IS NULL THEN '
        "one.make WHEN substr(one.model, 1, length(one.make)) = one.make THEN one.model ELSE one.make || ' ' || "
        "one.model END IS NOT NULL AND 1 = 1 UNION ALL SELECT one.library_id AS library_id, 'LENS' AS facet, one.lens "
        'AS value, CASE WHEN came.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM went'
        ' JOIN came ON came.id = went.id AND (went.trashed_at IS NULL) <> (came.trashed_at IS NULL) JOIN media_metadata'
        ' AS one ON one.media_id = came.id WHERE one.lens IS NOT NULL AND 1 = 1 UNION ALL SELECT one.library_id AS '
        "library_id, 'VIDEO_CODEC' AS facet, one.video_codec AS value, CASE WHEN came.trashed_at IS NULL THEN 1 ELSE -1"
        ' END AS count, 0 AS size, 0 AS duration_ms FROM went JOIN came ON came.id = went.id AND (went.trashed_at IS '
        'NULL) <> (came.trashed_at IS NULL) JOIN media_metadata AS one ON one.media_id = came.id WHERE one.video_codec '
        "IS NOT NULL AND 1 = 1 UNION ALL SELECT one.library_id AS library_id, 'ARTIST' AS facet, one.artist AS value, "
        'CASE WHEN came.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM went JOIN came'
        ' ON came.id = went.id AND (went.trashed_at IS NULL) <> (came.trashed_at IS NULL) JOIN media_metadata AS one ON'
        ' one.media_id = came.id WHERE one.artist IS NOT NULL AND 1 = 1 UNION ALL SELECT one.library_id AS library_id, '
        "'ALBUM' AS facet, one.album AS value, CASE WHEN came.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS "
        'size, 0 AS duration_ms FROM went JOIN came ON came.id = went.id AND (went.trashed_at IS NULL) <> '
        '(came.trashed_at IS NULL) JOIN media_metadata AS one ON one.media_id = came.id WHERE one.album IS NOT NULL AND'
        " 1 = 1 UNION ALL SELECT one.library_id AS library_id, 'GENRE' AS facet, one.genre AS value, CASE WHEN "
        'came.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM went JOIN came ON '
        'came.id = went.id AND (went.trashed_at IS NULL) <> (came.trashed_at IS NULL) JOIN media_metadata AS one ON '
        'one.media_id = came.id WHERE one.genre IS NOT NULL AND 1 = 1 UNION ALL SELECT came.library_id AS library_id, '
        "'TAGGED' AS facet, '' AS value, CASE WHEN came.trashed_at IS NULL THEN 1 ELSE -1 END AS count, 0 AS size, 0 AS"
        ' duration_ms FROM went JOIN came ON came.id = went.id AND (went.trashed_at IS NULL) <> (came.trashed_at IS '
        "NULL) WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM media_tag WHERE media_id = came.id) UNION ALL SELECT "
        "came.library_id AS library_id, 'COLLECTED' AS facet, '' AS value, CASE WHEN came.trashed_at IS NULL THEN 1 "
        'ELSE -1 END AS count, 0 AS size, 0 AS duration_ms FROM went JOIN came ON came.id = went.id AND '
        "(went.trashed_at IS NULL) <> (came.trashed_at IS NULL) WHERE '' IS NOT NULL AND EXISTS (SELECT 1 FROM "
        'collection_item WHERE media_id = came.id)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 '
        'OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = '
        'media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_update AFTER UPDATE ON media REFERENCING OLD TABLE AS went NEW TABLE AS came FOR '
        'EACH STATEMENT EXECUTE FUNCTION tally_media_update()'
    ),
    (
        'CREATE FUNCTION tally_media_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT OLD.library_id AS library_id, 'KIND' AS facet, OLD.kind AS value, -1 AS count, "
        '-1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE OLD.kind IS NOT '
        "NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'MIME_TYPE' AS facet, "
        'OLD.mime_type AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS '
        'duration_ms WHERE OLD.mime_type IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS '
        "library_id, 'STATUS' AS facet, OLD.status AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * "
        'coalesce(OLD.duration_ms, 0) AS duration_ms WHERE OLD.status IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL '
        "SELECT OLD.library_id AS library_id, 'RATING' AS facet, CAST(OLD.rating AS VARCHAR) AS value, -1 AS count, -1 "
        '* coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE CAST(OLD.rating AS '
        "VARCHAR) IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'ORIENTATION' "
        "AS facet, CASE WHEN OLD.width = 0 OR OLD.height = 0 THEN NULL WHEN OLD.width > OLD.height THEN 'LANDSCAPE' "
        "WHEN OLD.width < OLD.height THEN 'PORTRAIT' WHEN OLD.width = OLD.height THEN 'SQUARE' END AS value, -1 AS "
        'count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE CASE WHEN '
        "OLD.width = 0 OR OLD.height = 0 THEN NULL WHEN OLD.width > OLD.height THEN 'LANDSCAPE' WHEN OLD.width < "
        "OLD.height THEN 'PORTRAIT' WHEN OLD.width = OLD.height THEN 'SQUARE' END IS NOT NULL AND OLD.trashed_at IS "
        "NULL UNION ALL SELECT OLD.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE "
        'storage.id = OLD.storage_id) AS value, -1 AS count, -1 * coalesce(OLD.size, 0) AS size, -1 * '
        'coalesce(OLD.duration_ms, 0) AS duration_ms WHERE (SELECT key FROM storage WHERE storage.id = OLD.storage_id) '
        "IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, 'HOUR' AS facet, "
        'to_char(OLD.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') AS value, -1 AS count, -1 * coalesce(OLD.size, '
        "0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE to_char(OLD.taken_at AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24\') IS NOT NULL AND OLD.trashed_at IS NULL UNION ALL SELECT OLD.library_id AS library_id, '
        '\'DAY\' AS facet, substr(to_char(OLD.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) AS value, -1 AS '
        'count, -1 * coalesce(OLD.size, 0) AS size, -1 * coalesce(OLD.duration_ms, 0) AS duration_ms WHERE '
        'substr(to_char(OLD.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) IS NOT NULL AND OLD.trashed_at IS'
        " NULL UNION ALL SELECT one.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN one.make IS NULL THEN "
        'one.model WHEN one.model IS NULL THEN one.make WHEN substr(one.model, 1, length(one.make)) = one.make THEN '
        "one.model ELSE one.make || ' ' || one.model END AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM "
        'media_metadata AS one WHERE CASE WHEN one.make IS NULL THEN one.model WHEN one.model IS NULL THEN one.make '
        "WHEN substr(one.model, 1, length(one.make)) = one.make THEN one.model ELSE one.make || ' ' || one.model END IS"
        ' NOT NULL AND one.media_id = OLD.id AND OLD.trashed_at IS NULL UNION ALL SELECT one.library_id AS library_id, '
        "'LENS' AS facet, one.lens AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE "
        'one.lens IS NOT NULL AND one.media_id = OLD.id AND OLD.trashed_at IS NULL UNION ALL SELECT one.library_id AS '
        "library_id, 'VIDEO_CODEC' AS facet, one.video_codec AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM "
        'media_metadata AS one WHERE one.video_codec IS NOT NULL AND one.media_id = OLD.id AND OLD.trashed_at IS NULL '
        "UNION ALL SELECT one.library_id AS library_id, 'ARTIST' AS facet, one.artist AS value, -1 AS count, 0 AS size,"
        ' 0 AS duration_ms FROM media_metadata AS one WHERE one.artist IS NOT NULL AND one.media_id = OLD.id AND '
        "OLD.trashed_at IS NULL UNION ALL SELECT one.library_id AS library_id, 'ALBUM' AS facet, one.album AS value, -1"
        ' AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.album IS NOT NULL AND one.media_id'
        " = OLD.id AND OLD.trashed_at IS NULL UNION ALL SELECT one.library_id AS library_id, 'GENRE' AS facet, "
        'one.genre AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata AS one WHERE one.genre IS NOT'
        ' NULL AND one.media_id = OLD.id AND OLD.trashed_at IS NULL) AS found GROUP BY library_id, facet, value HAVING '
        'sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE '
        'SET count = media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; RETURN OLD; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_delete BEFORE DELETE ON media FOR EACH ROW EXECUTE FUNCTION tally_media_delete()'
    ),
    (
        'CREATE FUNCTION tally_library_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM media WHERE '
        'library_id = OLD.id; RETURN OLD; END $$'
    ),
    (
        'CREATE TRIGGER tally_library_delete BEFORE DELETE ON library FOR EACH ROW EXECUTE FUNCTION '
        'tally_library_delete()'
    ),
    (
        'CREATE FUNCTION tally_media_metadata_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO '
        'media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), '
        "sum(size), sum(duration_ms) FROM (SELECT came.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN came.make"
        ' IS NULL THEN came.model WHEN came.model IS NULL THEN came.make WHEN substr(came.model, 1, length(came.make)) '
        "= came.make THEN came.model ELSE came.make || ' ' || came.model END AS value, 1 AS count, 0 AS size, 0 AS "
        'duration_ms FROM came WHERE CASE WHEN came.make IS NULL THEN came.model WHEN came.model IS NULL THEN came.make'
        " WHEN substr(came.model, 1, length(came.make)) = came.make THEN came.model ELSE came.make || ' ' || came.model"
        ' END IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = came.media_id AND media.trashed_at IS NULL) '
        "UNION ALL SELECT came.library_id AS library_id, 'LENS' AS facet, came.lens AS value, 1 AS count, 0 AS size, 0 "
        'AS duration_ms FROM came WHERE came.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "came.media_id AND media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS library_id, 'VIDEO_CODEC' AS "
        'facet, came.video_codec AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM came WHERE came.video_codec IS '
        'NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = came.media_id AND media.trashed_at IS NULL) UNION '
        "ALL SELECT came.library_id AS library_id, 'ARTIST' AS facet, came.artist AS value, 1 AS count, 0 AS size, 0 AS"
        ' duration_ms FROM came WHERE came.artist IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "came.media_id AND media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS library_id, 'ALBUM' AS facet, "
        'came.album AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM came WHERE came.album IS NOT NULL AND EXISTS'
        ' (SELECT 1 FROM media WHERE media.id = came.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "came.library_id AS library_id, 'GENRE' AS facet, came.genre AS value, 1 AS count, 0 AS size, 0 AS duration_ms "
        'FROM came WHERE came.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = came.media_id AND '
        'media.trashed_at IS NULL)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0'
        ' OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_metadata_insert AFTER INSERT ON media_metadata REFERENCING NEW TABLE AS came FOR '
        'EACH STATEMENT EXECUTE FUNCTION tally_media_metadata_insert()'
    ),
    (
        'CREATE FUNCTION tally_media_metadata_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO '
        'media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), '
        "sum(size), sum(duration_ms) FROM (SELECT went.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN went.make"
        ' IS NULL THEN went.model WHEN went.model IS NULL THEN went.make WHEN substr(went.model, 1, length(went.make)) '
        "= went.make THEN went.model ELSE went.make || ' ' || went.model END AS value, -1 AS count, 0 AS size, 0 AS "
        'duration_ms FROM went WHERE CASE WHEN went.make IS NULL THEN went.model WHEN went.model IS NULL THEN went.make'
        " WHEN substr(went.model, 1, length(went.make)) = went.make THEN went.model ELSE went.make || ' ' || went.model"
        ' END IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND media.trashed_at IS NULL) '
        "UNION ALL SELECT went.library_id AS library_id, 'LENS' AS facet, went.lens AS value, -1 AS count, 0 AS size, 0"
        ' AS duration_ms FROM went WHERE went.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "went.media_id AND media.trashed_at IS NULL) UNION ALL SELECT went.library_id AS library_id, 'VIDEO_CODEC' AS "
        'facet, went.video_codec AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM went WHERE went.video_codec IS'
        ' NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND media.trashed_at IS NULL) UNION '
        "ALL SELECT went.library_id AS library_id, 'ARTIST' AS facet, went.artist AS value, -1 AS count, 0 AS size, 0 "
        'AS duration_ms FROM went WHERE went.artist IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "went.media_id AND media.trashed_at IS NULL) UNION ALL SELECT went.library_id AS library_id, 'ALBUM' AS facet, "
        'went.album AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM went WHERE went.album IS NOT NULL AND '
        'EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "went.library_id AS library_id, 'GENRE' AS facet, went.genre AS value, -1 AS count, 0 AS size, 0 AS duration_ms"
        ' FROM went WHERE went.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND '
        'media.trashed_at IS NULL)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0'
        ' OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + '
        'excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_metadata_delete AFTER DELETE ON media_metadata REFERENCING OLD TABLE AS went FOR '
        'EACH STATEMENT EXECUTE FUNCTION tally_media_metadata_delete()'
    ),
    (
        'CREATE FUNCTION tally_media_metadata_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO '
        'media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), '
        "sum(size), sum(duration_ms) FROM (SELECT went.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN went.make"
        ' IS NULL THEN went.model WHEN went.model IS NULL THEN went.make WHEN substr(went.model, 1, length(went.make)) '
        "= went.make THEN went.model ELSE went.make || ' ' || went.model END AS value, -1 AS count, 0 AS size, 0 AS "
        'duration_ms FROM went WHERE CASE WHEN went.make IS NULL THEN went.model WHEN went.model IS NULL THEN went.make'
        " WHEN substr(went.model, 1, length(went.make)) = went.make THEN went.model ELSE went.make || ' ' || went.model"
        ' END IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND media.trashed_at IS NULL) '
        "UNION ALL SELECT went.library_id AS library_id, 'LENS' AS facet, went.lens AS value, -1 AS count, 0 AS size, 0"
        ' AS duration_ms FROM went WHERE went.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "went.media_id AND media.trashed_at IS NULL) UNION ALL SELECT went.library_id AS library_id, 'VIDEO_CODEC' AS "
        'facet, went.video_codec AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM went WHERE went.video_codec IS'
        ' NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND media.trashed_at IS NULL) UNION '
        "ALL SELECT went.library_id AS library_id, 'ARTIST' AS facet, went.artist AS value, -1 AS count, 0 AS size, 0 "
        'AS duration_ms FROM went WHERE went.artist IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = '
        "went.media_id AND media.trashed_at IS NULL) UNION ALL SELECT went.library_id AS library_id, 'ALBUM' AS facet, "
        'went.album AS value, -1 AS count, 0 AS size, 0 AS duration_ms FROM went WHERE went.album IS NOT NULL AND '
        'EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND media.trashed_at IS NULL) UNION ALL SELECT '
        "went.library_id AS library_id, 'GENRE' AS facet, went.genre AS value, -1 AS count, 0 AS size, 0 AS duration_ms"
        ' FROM went WHERE went.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = went.media_id AND '
        "media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS library_id, 'CAMERA' AS facet, CASE WHEN "
        'came.make IS NULL THEN came.model WHEN came.model IS NULL THEN came.make WHEN substr(came.model, 1, '
        "length(came.make)) = came.make THEN came.model ELSE came.make || ' ' || came.model END AS value, 1 AS count, 0"
        ' AS size, 0 AS duration_ms FROM came WHERE CASE WHEN came.make IS NULL THEN came.model WHEN came.model IS NULL'
        " THEN came.make WHEN substr(came.model, 1, length(came.make)) = came.make THEN came.model ELSE came.make || ' "
        "' || came.model END IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = came.media_id AND "
        "media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS library_id, 'LENS' AS facet, came.lens AS value,"
        ' 1 AS count, 0 AS size, 0 AS duration_ms FROM came WHERE came.lens IS NOT NULL AND EXISTS (SELECT 1 FROM media'
        ' WHERE media.id = came.media_id AND media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS library_id, '
        "'VIDEO_CODEC' AS facet, came.video_codec AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM came WHERE "
        'came.video_codec IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = came.media_id AND '
        "media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS library_id, 'ARTIST' AS facet, came.artist AS "
        'value, 1 AS count, 0 AS size, 0 AS duration_ms FROM came WHERE came.artist IS NOT NULL AND EXISTS (SELECT 1 '
        'FROM media WHERE media.id = came.media_id AND media.trashed_at IS NULL) UNION ALL SELECT came.library_id AS '
        "library_id, 'ALBUM' AS facet, came.album AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM came WHERE "
        'came.album IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id = came.media_id AND media.trashed_at IS '
        "NULL) UNION ALL SELECT came.library_id AS library_id, 'GENRE' AS facet, came.genre AS value, 1 AS count, 0 AS "
        'size, 0 AS duration_ms FROM came WHERE came.genre IS NOT NULL AND EXISTS (SELECT 1 FROM media WHERE media.id ='
        ' came.media_id AND media.trashed_at IS NULL)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> '
        '0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = '
        'media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_metadata_update AFTER UPDATE ON media_metadata REFERENCING OLD TABLE AS went NEW '
        'TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION tally_media_metadata_update()'
    ),
    (
        'CREATE FUNCTION tally_media_tag_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT one.library_id AS library_id, 'TAGGED' AS facet, '' AS value, 1 AS count, 0 AS "
        'size, 0 AS duration_ms FROM (SELECT DISTINCT came.media_id, came.library_id FROM came JOIN media ON media.id ='
        " came.media_id AND media.trashed_at IS NULL) AS one WHERE '' IS NOT NULL AND (SELECT count(*) FROM came WHERE "
        'came.media_id = one.media_id) = (SELECT count(*) FROM media_tag WHERE media_tag.media_id = one.media_id)) AS '
        'found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON '
        'CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count + excluded.count, size = '
        'media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + excluded.duration_ms; RETURN NULL; '
        'END $$'
    ),
    (
        'CREATE TRIGGER tally_media_tag_insert AFTER INSERT ON media_tag REFERENCING NEW TABLE AS came FOR EACH '
        'STATEMENT EXECUTE FUNCTION tally_media_tag_insert()'
    ),
    (
        'CREATE FUNCTION tally_media_tag_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO media_tally '
        '(library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), sum(size), '
        "sum(duration_ms) FROM (SELECT one.library_id AS library_id, 'TAGGED' AS facet, '' AS value, -1 AS count, 0 AS "
        'size, 0 AS duration_ms FROM (SELECT DISTINCT went.media_id, went.library_id FROM went JOIN media ON media.id ='
        " went.media_id AND media.trashed_at IS NULL) AS one WHERE '' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
        'media_tag WHERE media_tag.media_id = one.media_id)) AS found GROUP BY library_id, facet, value HAVING '
        'sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE '
        'SET count = media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_media_tag_delete AFTER DELETE ON media_tag REFERENCING OLD TABLE AS went FOR EACH '
        'STATEMENT EXECUTE FUNCTION tally_media_tag_delete()'
    ),
    (
        'CREATE FUNCTION tally_collection_item_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO '
        'media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), '
        "sum(size), sum(duration_ms) FROM (SELECT one.library_id AS library_id, 'COLLECTED' AS facet, '' AS value, 1 AS"
        ' count, 0 AS size, 0 AS duration_ms FROM (SELECT DISTINCT came.media_id, came.library_id FROM came JOIN media '
        "ON media.id = came.media_id AND media.trashed_at IS NULL) AS one WHERE '' IS NOT NULL AND (SELECT count(*) "
        'FROM came WHERE came.media_id = one.media_id) = (SELECT count(*) FROM collection_item WHERE '
        'collection_item.media_id = one.media_id)) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR'
        ' sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = '
        'media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_collection_item_insert AFTER INSERT ON collection_item REFERENCING NEW TABLE AS came FOR '
        'EACH STATEMENT EXECUTE FUNCTION tally_collection_item_insert()'
    ),
    (
        'CREATE FUNCTION tally_collection_item_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO '
        'media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, sum(count), '
        "sum(size), sum(duration_ms) FROM (SELECT one.library_id AS library_id, 'COLLECTED' AS facet, '' AS value, -1 "
        'AS count, 0 AS size, 0 AS duration_ms FROM (SELECT DISTINCT went.media_id, went.library_id FROM went JOIN '
        "media ON media.id = went.media_id AND media.trashed_at IS NULL) AS one WHERE '' IS NOT NULL AND NOT EXISTS "
        '(SELECT 1 FROM collection_item WHERE collection_item.media_id = one.media_id)) AS found GROUP BY library_id, '
        'facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet,'
        ' value) DO UPDATE SET count = media_tally.count + excluded.count, size = media_tally.size + excluded.size, '
        'duration_ms = media_tally.duration_ms + excluded.duration_ms; RETURN NULL; END $$'
    ),
    (
        'CREATE TRIGGER tally_collection_item_delete AFTER DELETE ON collection_item REFERENCING OLD TABLE AS went FOR '
        'EACH STATEMENT EXECUTE FUNCTION tally_collection_item_delete()'
    ),
]
COUNTED_MEDIA = {
    "sqlite": (
        'INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, '
        "sum(count), sum(size), sum(duration_ms) FROM (SELECT media.library_id AS library_id, 'KIND' AS facet, "
        'media.kind AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS '
        'duration_ms FROM media WHERE media.kind IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT '
        "media.library_id AS library_id, 'MIME_TYPE' AS facet, media.mime_type AS value, 1 AS count, 1 * "
        'coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE '
        'media.mime_type IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT media.library_id AS library_id, '
        "'STATUS' AS facet, media.status AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * "
        'coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE media.status IS NOT NULL AND media.trashed_at '
        "IS NULL UNION ALL SELECT media.library_id AS library_id, 'RATING' AS facet, CAST(media.rating AS VARCHAR) AS "
        'value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS duration_ms FROM'
        ' media WHERE CAST(media.rating AS VARCHAR) IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT '
        "media.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN media.width = 0 OR media.height = 0 THEN "
        "NULL WHEN media.width > media.height THEN 'LANDSCAPE' WHEN media.width < media.height THEN 'PORTRAIT' WHEN "
        "media.width = media.height THEN 'SQUARE' END AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * "
        'coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE CASE WHEN media.width = 0 OR media.height = 0 '
        "THEN NULL WHEN media.width > media.height THEN 'LANDSCAPE' WHEN media.width < media.height THEN 'PORTRAIT' "
        "WHEN media.width = media.height THEN 'SQUARE' END IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT "
        "media.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE storage.id = "
        'media.storage_id) AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, '
        '0) AS duration_ms FROM media WHERE (SELECT key FROM storage WHERE storage.id = media.storage_id) IS NOT NULL '
        "AND media.trashed_at IS NULL UNION ALL SELECT media.library_id AS library_id, 'HOUR' AS facet, "
        'substr(media.taken_at, 1, 13) AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * '
        'coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE substr(media.taken_at, 1, 13) IS NOT NULL AND '
        "media.trashed_at IS NULL UNION ALL SELECT media.library_id AS library_id, 'DAY' AS facet, "
        'substr(substr(media.taken_at, 1, 13), 1, 10) AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * '
        'coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE substr(substr(media.taken_at, 1, 13), 1, 10) IS'
        ' NOT NULL AND media.trashed_at IS NULL) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR '
        'sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = '
        'media_tally.count + excluded.count, size = media_tally.size + excluded.size, duration_ms = '
        'media_tally.duration_ms + excluded.duration_ms;'
    ),
    "postgresql": (
        'INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, '
        "sum(count), sum(size), sum(duration_ms) FROM (SELECT media.library_id AS library_id, 'KIND' AS facet, "
        'media.kind AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS '
        'duration_ms FROM media WHERE media.kind IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT '
        "media.library_id AS library_id, 'MIME_TYPE' AS facet, media.mime_type AS value, 1 AS count, 1 * "
        'coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE '
        'media.mime_type IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT media.library_id AS library_id, '
        "'STATUS' AS facet, media.status AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * "
        'coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE media.status IS NOT NULL AND media.trashed_at '
        "IS NULL UNION ALL SELECT media.library_id AS library_id, 'RATING' AS facet, CAST(media.rating AS VARCHAR) AS "
        'value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS duration_ms FROM'
        ' media WHERE CAST(media.rating AS VARCHAR) IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT '
        "media.library_id AS library_id, 'ORIENTATION' AS facet, CASE WHEN media.width = 0 OR media.height = 0 THEN "
        "NULL WHEN media.width > media.height THEN 'LANDSCAPE' WHEN media.width < media.height THEN 'PORTRAIT' WHEN "
        "media.width = media.height THEN 'SQUARE' END AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * "
        'coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE CASE WHEN media.width = 0 OR media.height = 0 '
        "THEN NULL WHEN media.width > media.height THEN 'LANDSCAPE' WHEN media.width < media.height THEN 'PORTRAIT' "
        "WHEN media.width = media.height THEN 'SQUARE' END IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT "
        "media.library_id AS library_id, 'STORAGE' AS facet, (SELECT key FROM storage WHERE storage.id = "
        'media.storage_id) AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, '
        '0) AS duration_ms FROM media WHERE (SELECT key FROM storage WHERE storage.id = media.storage_id) IS NOT NULL '
        "AND media.trashed_at IS NULL UNION ALL SELECT media.library_id AS library_id, 'HOUR' AS facet, "
        'to_char(media.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') AS value, 1 AS count, 1 * coalesce(media.size,'
        ' 0) AS size, 1 * coalesce(media.duration_ms, 0) AS duration_ms FROM media WHERE to_char(media.taken_at AT TIME'
        ' ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\') IS NOT NULL AND media.trashed_at IS NULL UNION ALL SELECT media.library_id '
        'AS library_id, \'DAY\' AS facet, substr(to_char(media.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) '
        'AS value, 1 AS count, 1 * coalesce(media.size, 0) AS size, 1 * coalesce(media.duration_ms, 0) AS duration_ms '
        'FROM media WHERE substr(to_char(media.taken_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24\'), 1, 10) IS NOT NULL '
        'AND media.trashed_at IS NULL) AS found GROUP BY library_id, facet, value HAVING sum(count) <> 0 OR sum(size) '
        '<> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, value) DO UPDATE SET count = media_tally.count +'
        ' excluded.count, size = media_tally.size + excluded.size, duration_ms = media_tally.duration_ms + '
        'excluded.duration_ms;'
    ),
}
COUNTED = [
    (
        'INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, '
        "sum(count), sum(size), sum(duration_ms) FROM (SELECT media_metadata.library_id AS library_id, 'CAMERA' AS "
        'facet, CASE WHEN media_metadata.make IS NULL THEN media_metadata.model WHEN media_metadata.model IS NULL THEN '
        'media_metadata.make WHEN substr(media_metadata.model, 1, length(media_metadata.make)) = media_metadata.make '
        "THEN media_metadata.model ELSE media_metadata.make || ' ' || media_metadata.model END AS value, 1 AS count, 0 "
        'AS size, 0 AS duration_ms FROM media_metadata JOIN media ON media.id = media_metadata.media_id AND '
        'media.trashed_at IS NULL WHERE CASE WHEN media_metadata.make IS NULL THEN media_metadata.model WHEN '
        'media_metadata.model IS NULL THEN media_metadata.make WHEN substr(media_metadata.model, 1, '
        "length(media_metadata.make)) = media_metadata.make THEN media_metadata.model ELSE media_metadata.make || ' ' "
        '|| media_metadata.model END IS NOT NULL AND 1 = 1 UNION ALL SELECT media_metadata.library_id AS library_id, '
        "'LENS' AS facet, media_metadata.lens AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata "
        'JOIN media ON media.id = media_metadata.media_id AND media.trashed_at IS NULL WHERE media_metadata.lens IS NOT'
        " NULL AND 1 = 1 UNION ALL SELECT media_metadata.library_id AS library_id, 'VIDEO_CODEC' AS facet, "
        'media_metadata.video_codec AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata JOIN media ON'
        ' media.id = media_metadata.media_id AND media.trashed_at IS NULL WHERE media_metadata.video_codec IS NOT NULL '
        "AND 1 = 1 UNION ALL SELECT media_metadata.library_id AS library_id, 'ARTIST' AS facet, media_metadata.artist "
        'AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM media_metadata JOIN media ON media.id = '
        'media_metadata.media_id AND media.trashed_at IS NULL WHERE media_metadata.artist IS NOT NULL AND 1 = 1 UNION '
        "ALL SELECT media_metadata.library_id AS library_id, 'ALBUM' AS facet, media_metadata.album AS value, 1 AS "
        'count, 0 AS size, 0 AS duration_ms FROM media_metadata JOIN media ON media.id = media_metadata.media_id AND '
        'media.trashed_at IS NULL WHERE media_metadata.album IS NOT NULL AND 1 = 1 UNION ALL SELECT '
        "media_metadata.library_id AS library_id, 'GENRE' AS facet, media_metadata.genre AS value, 1 AS count, 0 AS "
        'size, 0 AS duration_ms FROM media_metadata JOIN media ON media.id = media_metadata.media_id AND '
        'media.trashed_at IS NULL WHERE media_metadata.genre IS NOT NULL AND 1 = 1) AS found GROUP BY library_id, '
        'facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet,'
        ' value) DO UPDATE SET count = media_tally.count + excluded.count, size = media_tally.size + excluded.size, '
        'duration_ms = media_tally.duration_ms + excluded.duration_ms;'
    ),
    (
        'INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, '
        "sum(count), sum(size), sum(duration_ms) FROM (SELECT media.library_id AS library_id, 'TAGGED' AS facet, '' AS "
        "value, 1 AS count, 0 AS size, 0 AS duration_ms FROM media WHERE '' IS NOT NULL AND media.trashed_at IS NULL "
        'AND EXISTS (SELECT 1 FROM media_tag WHERE media_tag.media_id = media.id)) AS found GROUP BY library_id, facet,'
        ' value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT (library_id, facet, '
        'value) DO UPDATE SET count = media_tally.count + excluded.count, size = media_tally.size + excluded.size, '
        'duration_ms = media_tally.duration_ms + excluded.duration_ms;'
    ),
    (
        'INSERT INTO media_tally (library_id, facet, value, count, size, duration_ms) SELECT library_id, facet, value, '
        "sum(count), sum(size), sum(duration_ms) FROM (SELECT media.library_id AS library_id, 'COLLECTED' AS facet, '' "
        "AS value, 1 AS count, 0 AS size, 0 AS duration_ms FROM media WHERE '' IS NOT NULL AND media.trashed_at IS NULL"
        ' AND EXISTS (SELECT 1 FROM collection_item WHERE collection_item.media_id = media.id)) AS found GROUP BY '
        'library_id, facet, value HAVING sum(count) <> 0 OR sum(size) <> 0 OR sum(duration_ms) <> 0 ON CONFLICT '
        '(library_id, facet, value) DO UPDATE SET count = media_tally.count + excluded.count, size = media_tally.size +'
        ' excluded.size, duration_ms = media_tally.duration_ms + excluded.duration_ms;'
    ),
]
"""Counts all there is: media, which each database has words of its own for, and the rest."""
SQLITE_TRIGGERS = ['tally_media_insert', 'tally_media_update', 'tally_media_delete', 'tally_library_delete', 'tally_media_tag_insert', 'tally_media_tag_delete', 'tally_collection_item_insert', 'tally_collection_item_delete', 'tally_media_trash', 'tally_metadata_insert', 'tally_metadata_delete', 'tally_metadata_update']
POSTGRESQL_TRIGGERS = {'tally_media_insert': 'media', 'tally_media_update': 'media', 'tally_media_delete': 'media', 'tally_library_delete': 'library', 'tally_media_metadata_insert': 'media_metadata', 'tally_media_metadata_delete': 'media_metadata', 'tally_media_metadata_update': 'media_metadata', 'tally_media_tag_insert': 'media_tag', 'tally_media_tag_delete': 'media_tag', 'tally_collection_item_insert': 'collection_item', 'tally_collection_item_delete': 'collection_item'}


def upgrade() -> None:
    op.create_table(
        "media_tally",
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("facet", types.Words(), nullable=False),
        sa.Column("value", types.Words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_tally_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("library_id", "facet", "value", name=op.f("pk_media_tally")),
        sqlite_with_rowid=False,
    )
    bind = op.get_bind()
    is_sqlite = bind.dialect.name == "sqlite"
    for sql in (COUNTED_MEDIA[bind.dialect.name], *COUNTED, *(ON_SQLITE if is_sqlite else ON_POSTGRESQL)):
        bind.exec_driver_sql(sql)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, table in POSTGRESQL_TRIGGERS.items():
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("media_tally")
