"""Scratch."""

import json
from base64 import urlsafe_b64encode, urlsafe_b64decode
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import *


async def test_probe(site: Site) -> None:
    out = []

    async def q(label, query, **v):
        r = await site.client.post("/graphql", json={"query": query, "variables": v})
        print(label, r.status_code, r.text[:400])

    ids = await filled(site, 3)
    r = await site.client.get("/graphql", params={"query": "{__typename}"}, headers=[(b"accept", b"*/*;q=\xb2")])
    print("ACCEPT", r.status_code, r.text[:200])
    for p in ["library.media", "+created_at", "+size", "+title"]:
        order = {
            "library.media": [],
            "+created_at": [{"field": "CREATED_AT"}],
            "+size": [{"field": "SIZE"}],
            "+title": [{"field": "TITLE"}],
        }[p]
        for val in [{"a": 1}, [1], 10**30, "no time", 1.5, True, None]:
            for key in ["00" * 16, "ab", ""]:
                raw = json.dumps([p, val, key]).encode()
                cur = urlsafe_b64encode(raw).decode().rstrip("=")
                r = await site.client.post(
                    "/graphql",
                    json={
                        "query": "query($a:String,$o:[MediaOrder!]){media(after:$a,orderBy:$o){nodes{id}}}",
                        "variables": {"a": cur, "o": order},
                    },
                )
                if "INTERNAL" in r.text or r.status_code != 200 or "UNAVAIL" in r.text:
                    print("CURSOR", p, val, repr(key), r.text[-150:])

    for _ in range(60):
        d = {"not": d}
    for n in (10, 30, 60, 150, 300):
        d = {"kind": {"eq": "OTHER"}}
        for _ in range(n):
            d = {"not": d}
        await q(f"NEST {n}", "query($f:MediaFilter){media(filter:$f){totalCount}}", f=d)
    await q("WIDE", "query($f:MediaFilter){media(filter:$f){totalCount}}", f={"or": [{"kind": {"eq": "OTHER"}}] * 2000})
    await q("TITLE ORDER x50", "query($o:[MediaOrder!]){media(orderBy:$o){totalCount nodes{id}}}", o=[{"field": "TITLE"}] * 50)
    await q("order 3000", "query($o:[MediaOrder!]){media(orderBy:$o){totalCount nodes{id}}}", o=[{"field": "TITLE"}] * 3000)
    await q("IN300", "query($f:MediaFilter){media(filter:$f){totalCount}}", f={"title": {"in": ["a"] * 300}})
    await q("NUL", "query($f:MediaFilter){media(filter:$f){totalCount}}", f={"title": {"contains": "\u0000"}})
    for fn in ["a\u0000b.png", "../../etc/passwd", "x" * 400, "a\r\nb.png", ".."]:
        r = await site.upload(media.png(f"#{abs(hash(fn)) % 10**6:06d}"), fn) if "\r" not in fn else None
        print("NAME", repr(fn), r and r["media"] and r["media"]["filename"][:60], r and r["userErrors"])
    await q(
        "OLD",
        "mutation($i:UpdateMediaInput!){updateMedia(input:$i){media{takenAt} userErrors{code}}}",
        i={"id": ids[0], "patch": {"takenAt": "0001-01-01T00:00:00Z"}},
    )
    await q("LIST AFTER OLD", "{media{nodes{takenAt}}}")
    await q(
        "OLD2",
        "mutation($i:UpdateMediaInput!){updateMedia(input:$i){media{takenAt} userErrors{code}}}",
        i={"id": ids[0], "patch": {"takenAt": "0001-01-01T00:00:00+05:00"}},
    )
    await q(
        "TAKEN",
        "mutation($i:UpdateMediaInput!){updateMedia(input:$i){media{takenAt} userErrors{code}}}",
        i={"id": ids[0], "patch": {"takenAt": None}},
    )
    await q("IDS", "mutation($i:TrashMediaInput!){trashMedia(input:$i){matched}}", i={"selection": {"ids": None}})
    await q("BIGINT", "query($f:MediaFilter){media(filter:$f){totalCount}}", f={"size": {"gt": 2**60}})
    await q("lit", "{media(filter:{size:{gt:3000000000}}){totalCount}}")
    p = await site.upload(media.png("blue"), "x.png", collectionIds=[NOWHERE])
    print("COLL", p)
    p = await site.upload(media.png("blue"), "x.png", tagIds=[NOWHERE])
    print("TAG", p)
    p = await site.upload(media.png("blue"), "x.png", title="x" * 501)
    print("TITLE", p)
    p = await site.upload(media.png("blue"), "x.png", takenAt="0001-01-01T00:00:00Z")
    print("OLDUP", p)
    r = await site.client.head("/graphql")
    print("HEAD", r.status_code, r.text)
    r = await site.client.put("/graphql")
    print("PUT", r.status_code, r.text, r.headers)
    r = await site.client.get("/nope")
    print("404", r.status_code, r.text)
    await q(
        "addAt",
        "mutation($i:AddToCollectionInput!){addToCollection(input:$i){userErrors{code path}}}",
        i={"collection": await collection(site, "c"), "selection": {"ids": ids}, "at": {"first": False}},
    )
    cid = await collection(site, "d")
    await q(
        "name",
        "mutation($i:UpdateCollectionInput!){updateCollection(input:$i){userErrors{code path}}}",
        i={"id": cid, "patch": {"name": ""}},
    )
    tid = await tag(site, "d")
    await q(
        "tname", "mutation($i:UpdateTagInput!){updateTag(input:$i){userErrors{code path}}}", i={"id": tid, "patch": {"name": ""}}
    )
    await q(
        "results",
        "mutation($i:TrashMediaInput!){trashMedia(input:$i){matched results(first:-5){id}}}",
        i={"selection": {"ids": ids}},
    )
    await q(
        "reg",
        "mutation($i:RegisterMediaInput!){registerMedia(input:$i){media{id} userErrors{code path}}}",
        i={"url": "http://h/a.png", "kind": "IMAGE", "title": "x" * 501},
    )
    await q("pos", "{media{nodes{... on Document{metadata{textExcerpt(maxChars:-1)}}}}}")
    await q("excerpt", "{media{nodes{... on Document{metadata{textExcerpt(maxChars:-1)}}}}}")
    await q("badid", '{mediaItem(id:"zzz"){id} node(id:"\u00e9"){id} tag(id:"x"){id}}')
    await q("badmp", '{mediaByPath(storage:"x",path:"y"){id} mediaBySha256(sha256:"x"){id}}')
    await q("int", "query($n:Int){media(first:$n){nodes{id}}}", n=10**12)
    await q("dup", "mutation($i:TrashMediaInput!){trashMedia(input:$i){matched}}", i={"selection": {"ids": ["Media"] * 1001}})
    big = "{" + " ".join(f"a{n}:media{{nodes{{id}}}}" for n in range(400)) + "}"
    await q("tok", big)
    await q("deep", "{" + "a{" * 900 + "b" + "}" * 900 + "}")
    await q("deep2", "query($f:String=" + "[" * 1500 + "]" * 400 + "){media{totalCount}}")
