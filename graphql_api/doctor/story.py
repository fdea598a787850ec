"""What a client does with a server, once through: a file of each kind goes in, is read back, and is gone again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

from graphql_api.doctor.finding import Finding, Verdict, has_problem, one_line, timed
from graphql_api.doctor.remote import Failed, Remote
from graphql_api.doctor.samples import SAMPLES, Sample

UPLOAD = """mutation($file: Upload!) { uploadMedia(input: {file: $file}) { media { id } userErrors { code message } } }"""
READ = """query($id: ID!) { mediaItem(id: $id) {
  kind status size sha256 filename url thumbnail { url width height }
  processing { processor { key } state error { message } }
  ... on Image { width height }
  ... on Video { width height metadata { videoCodec } }
  ... on Audio { metadata { sampleRate channels } }
  ... on Document { pageCount }
} }"""
KNOWN = "query($sha256: String!) { mediaBySha256(sha256: $sha256) { id } }"
BULK = """mutation($ids: [ID!]!) { %s(input: {selection: {ids: $ids}}) {
  failed userErrors { message } results { userErrors { message } } } }"""
PROCESSED_WITHIN = 60
PAUSE = 0.25
BY_HAND = "Purge what doctor-*.* is left by hand."
LOG = "See the server's log."
KEY = "In production it needs the operator's key: --key KEY."
OK, PARTIAL, UNKNOWN, GONE, UNWELL = 200, 206, 401, 404, 503
FROM, TO = 2, 9


@dataclass(slots=True)
class Patient:
    """A file on its way through the server."""

    sample: Sample
    content: bytes
    filename: str
    id: str | None = None
    found: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def urls(self) -> list[str]:
        """The addresses it was served at."""
        still: dict[str, str] | None = self.found.get("thumbnail")
        return [self.found["url"], *([still["url"]] if still else [])] if self.found else []


@dataclass(slots=True)
class Story:
    """The steps so far. What was uploaded is purged however it ends."""

    remote: Remote
    findings: list[Finding] = field(default_factory=list[Finding])
    patients: list[Patient] = field(default_factory=list[Patient])

    def step(self, check: str, act: Callable[[], str | Finding]) -> bool:
        """Whether a step went well; what it found is kept with its time."""
        started = time.perf_counter()
        try:
            told = act()
            finding = told if isinstance(told, Finding) else Finding(check, Verdict.OK, told)
        except Failed as failure:
            finding = Finding(check, Verdict.PROBLEM, failure.found, failure.advice)
        except Exception as error:  # noqa: BLE001 - an answer of another shape is the server's fault, and no end to this
            found = one_line(f"An answer of another shape: {type(error).__name__} {error}")
            finding = Finding(check, Verdict.PROBLEM, found, "Is it a mediagraph of this version?")
        self.findings.append(timed(finding, started))
        return finding.verdict is not Verdict.PROBLEM

    def through(self) -> None:
        """All of it, as far as it goes."""
        if not (self.step("Address", self.address) and self.step("Alive", self.alive)):
            return
        self.step("Health", self.health)
        if not self.step("Schema", self.schema):
            return
        try:
            for sample in SAMPLES:
                self.treat(sample)
        finally:
            self.clean()

    def treat(self, sample: Sample) -> None:
        """One file, from its upload to its thumbnail."""
        name = sample.kind.capitalize()
        patient = Patient(sample, sample.make(), f"doctor-{uuid4().hex[:8]}.{sample.extension}")
        self.patients.append(patient)
        if self.step(f"{name}: upload", lambda: self.upload(patient)) and self.step(
            f"{name}: facts", lambda: self.facts(patient)
        ):
            self.step(f"{name}: bytes", lambda: self.original(patient))
            self.step(f"{name}: range", lambda: self.part(patient))
            if sample.has_thumbnail:
                self.step(f"{name}: thumbnail", lambda: self.thumbnail(patient))

    def clean(self) -> None:
        """Trashes, purges, and looks that nothing is left."""
        if not self.patients:
            return
        self.step("Look for leftovers", self.leftovers)
        self.step("Trash", lambda: self.bulk("trashMedia"))
        self.step("Purge", lambda: self.bulk("purgeMedia"))
        self.step("Gone", self.gone)

    def address(self) -> str | Finding:
        self.remote.checked()
        if self.remote.tells_its_key:
            return Finding("Address", Verdict.WARNING, "The key is sent in the clear", "Use https, and make a new key.")
        return self.remote.address

    def alive(self) -> str:
        found = self.remote.send("/health/live").json()
        return f"mediagraph {found['version']}"

    def health(self) -> str | Finding:
        reply = self.remote.send("/health/ready")
        if reply.status not in (OK, UNWELL):
            raise Failed(f"It answers {reply.status}", LOG)
        found = reply.json()
        ill = [f"{one['name']} {one['status']}: {one['message']}" for one in found["checks"] if one["status"] != "HEALTHY"]
        if found["status"] == "UNHEALTHY":
            raise Failed("; ".join(ill), "Run `mediagraph doctor` where the server runs.")
        told = f"{found['status']}, {found['environment']}: {', '.join(one['name'] for one in found['checks'])}"
        return Finding("Health", Verdict.WARNING, "; ".join(ill), "Look again in a minute.") if ill else told

    def schema(self) -> str:
        if self.remote.ask("{ __typename }")["__typename"] != "Query":
            raise Failed("It answers, but not as GraphQL does", "Is that address a mediagraph server?")
        reply = self.remote.send("/schema.graphql")
        if reply.status != OK or b"type Query" not in reply.body:
            raise Failed(f"/schema.graphql answers {reply.status}", KEY if reply.status == UNKNOWN else LOG)
        return f"{len(reply.body):,} bytes of SDL"

    def upload(self, patient: Patient) -> str:
        payload = self.remote.upload(UPLOAD, patient.filename, patient.content)["uploadMedia"]
        if payload["userErrors"]:
            raise Failed("; ".join(f"{one['code']} {one['message']}" for one in payload["userErrors"]), LOG)
        patient.id = payload["media"]["id"]
        return f"{patient.filename}, {len(patient.content):,} bytes"

    def facts(self, patient: Patient) -> str:
        """Waits for the processors; then what they found must be what is in the file."""
        patient.found = found = self.processed(patient)
        metadata: dict[str, Any] = found.get("metadata") or {}
        told = {name: found.get(name, metadata.get(name)) for name in patient.sample.facts}
        expected = {"kind": patient.sample.kind, "size": len(patient.content), "sha256": patient.sha256, **patient.sample.facts}
        actual = {"kind": found["kind"], "size": found["size"], "sha256": found["sha256"], **told}
        if wrong := [f"{name} is {actual[name]}, not {value}" for name, value in expected.items() if actual[name] != value]:
            raise Failed("; ".join(wrong), LOG)
        return ", ".join((found["status"], *(f"{name} {value}" for name, value in told.items())))

    def processed(self, patient: Patient) -> dict[str, Any]:
        deadline = time.monotonic() + PROCESSED_WITHIN
        while (found := self.remote.ask(READ, id=patient.id)["mediaItem"]) and found["status"] == "PROCESSING":
            if time.monotonic() > deadline:
                raise Failed(f"Still not processed after {PROCESSED_WITHIN} seconds", LOG)
            time.sleep(PAUSE)
        if found is None:
            raise Failed("It was uploaded and is not there", LOG)
        failed = [one for one in found["processing"] if one["state"] == "FAILED"]
        if found["status"] != "READY":
            whys = "; ".join(f"{one['processor']['key']}: {one['error']['message']}" for one in failed)
            raise Failed(f"{found['status']} {whys}", "Run `mediagraph doctor` where the server runs.")
        return found

    def original(self, patient: Patient) -> str:
        reply = self.remote.send(path_of(patient.found["url"]))
        if reply.status != OK or sha256(reply.body).hexdigest() != patient.sha256:
            raise Failed(f"{reply.status}, {len(reply.body):,} bytes that are not those sent", LOG)
        return f"The same SHA-256: {patient.sha256[:12]}…"

    def part(self, patient: Patient) -> str:
        reply = self.remote.send(path_of(patient.found["url"]), Range=f"bytes={FROM}-{TO}")
        told = reply.headers.get("Content-Range", "")
        right = (PARTIAL, patient.content[FROM : TO + 1], f"bytes {FROM}-{TO}/{len(patient.content)}")
        if (reply.status, reply.body, told) != right:
            raise Failed(f"{reply.status}, {len(reply.body):,} bytes, Content-Range {told!r}", "Does a proxy drop ranges?")
        return told

    def thumbnail(self, patient: Patient) -> str:
        made = patient.found["thumbnail"]
        if made is None:
            raise Failed("It has none", LOG)
        reply = self.remote.send(path_of(made["url"]))
        kind = reply.headers.get("Content-Type", "")
        if reply.status != OK or not kind.startswith("image/") or not reply.body:
            raise Failed(f"{reply.status} {kind}, {len(reply.body):,} bytes", LOG)
        return f"{kind}, {made['width']} x {made['height']}"

    def leftovers(self) -> str:
        """An upload whose answer was lost may have been kept: the hash finds it."""
        for patient in self.patients:
            if patient.id is None and (found := self.remote.ask(KNOWN, sha256=patient.sha256)["mediaBySha256"]):
                patient.id = found["id"]
        return f"{len(self.ids):,} of {len(self.patients):,} files are in the library"

    @property
    def ids(self) -> list[str]:
        return [patient.id for patient in self.patients if patient.id]

    def bulk(self, name: str) -> str:
        if not self.ids:
            return "Nothing"
        payload = self.remote.ask(BULK % name, ids=self.ids)[name]
        errors = [*payload["userErrors"], *(error for one in payload["results"] for error in one["userErrors"])]
        if payload["failed"] or errors:
            raise Failed("; ".join(error["message"] for error in errors) or f"{payload['failed']} failed", BY_HAND)
        return f"{len(self.ids):,} files"

    def gone(self) -> str:
        """Neither the graph nor an address knows them any more."""
        left = [patient.filename for patient in self.patients if self.is_left(patient)]
        if left:
            raise Failed(f"Still there: {', '.join(left)}", BY_HAND)
        return f"{len(self.patients):,} files, and their addresses answer 404"

    def is_left(self, patient: Patient) -> bool:
        if self.remote.ask(KNOWN, sha256=patient.sha256)["mediaBySha256"]:
            return True
        if patient.id and self.remote.ask(READ, id=patient.id)["mediaItem"]:
            return True
        return any(self.remote.send(path_of(url)).status != GONE for url in patient.urls)


def path_of(url: str) -> str:
    """The path of a file: asked of the server that is examined, whatever it calls itself."""
    at = url.find("/files/")
    if at < 0:
        raise Failed(f"{url} is no address of a file here", "Is it a mediagraph of this version?")
    return url[at:]


def told(remote: Remote) -> list[Finding]:
    """The whole story with a server."""
    story = Story(remote)
    story.through()
    if not has_problem(story.findings):
        story.findings.append(Finding("Result", Verdict.OK, "A client can upload, read and purge."))
    return story.findings
