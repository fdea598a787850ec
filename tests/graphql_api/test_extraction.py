"""What was found is kept or given up, and nobody waits for it for ever."""

from tests import media
from tests.conftest import Site

RUNS = "query($id: ID!) { mediaItem(id: $id) { status title processing { processor { key } state error { code retryable } } } }"
AGAIN = "mutation($ids: [ID!]!) { processMedia(input: {selection: {ids: $ids}, force: true}) { media { id } } }"


async def runs(site: Site, key: str) -> tuple[str, dict[str, tuple[str, str | None]]]:
    found = (await site.ask(RUNS, id=key))["mediaItem"]
    by_name = {one["processor"]["key"]: (one["state"], (one["error"] or {}).get("code")) for one in found["processing"]}
    return found["status"], by_name


async def test_a_storage_that_takes_no_picture_fails_that_run_and_keeps_the_others_findings(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    drafts = site.server.settings.files / "tmp"
    drafts.rmdir()
    drafts.write_bytes(b"in the way")
    await site.ask(AGAIN, ids=[made["id"]])
    status, by_name = await runs(site, made["id"])
    assert status == "FAILED"
    assert by_name["image.thumbnail"] == ("FAILED", "INTERNAL")
    assert by_name["image.probe"] == ("SUCCEEDED", None)


async def test_findings_that_no_database_takes_end_their_runs(site: Site) -> None:
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE rendition RENAME TO gone")
    payload = await site.upload(media.photo(), "a.jpg")
    assert payload["userErrors"] == []
    status, by_name = await runs(site, payload["media"]["id"])
    assert (status, by_name["image.thumbnail"]) == ("FAILED", ("FAILED", "INTERNAL"))


async def test_bytes_that_are_gone_are_told_and_found_again_when_they_are_back(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    files = site.server.settings.files
    files.rename(files.with_name("elsewhere"))
    await site.ask(AGAIN, ids=[made["id"]])
    assert set((await runs(site, made["id"]))[1].values()) == {("FAILED", "NO_BYTES")}
    files.with_name("elsewhere").rename(files)
    await site.ask(AGAIN.replace(", force: true", ""), ids=[made["id"]])
    assert (await runs(site, made["id"]))[0] == "READY"


async def test_a_media_in_place_whose_kind_changed_is_another_kind_with_the_same_id(site: Site, tmp_path) -> None:
    from domain.importing import candidates, import_files

    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a").write_bytes(media.photo())
    ask = "{ media { nodes { __typename id kind metadata { __typename } } } }"
    for content, kind in ((media.photo(), "Image"), (b"words now", "Document")):
        (folder / "a").write_bytes(content)
        await import_files(site.server.parts, site.server.principal, list(candidates([folder])), in_place=True)
        (node,) = (await site.ask(ask))["media"]["nodes"]
        assert (node["__typename"], node["metadata"]["__typename"]) == (kind, f"{kind}Metadata")
