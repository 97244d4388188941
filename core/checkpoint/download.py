"""A model from the hub comes into the cache of its client, whole or not at all.

Bytes are read here and not by the client, which keeps nothing of a file that was cut; this goes
on from where it stopped. They are held against the size and the hash that the hub told, and
become files of the cache only when they agree.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from core.cache import cache_folder, repository
from core.checkpoint.hub import (
    PATIENCE,
    HubFile,
    HubModel,
    client,
    endpoint,
    said_in_a_sentence,
    status_of,
    tools,
    untrue,
)
from core.errors import Cancelled, Refusal, translate
from core.files import write_file

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and those there are in all; may raise Cancelled."""
_CHUNK = 2**16  # bytes from one look at the cancel button to the next
_TRIES = 5
_PAUSE = 0.2  # seconds before the second try, doubled for each one after


def download(model: HubModel, progress: Progress | None = None) -> Path:
    """Fetch what is missing; the folder of the model, whole.

    What came before an error or a cancel is kept, and the next download goes on from there.

    Raises:
        Refusal: if something could not be fetched, or is not what the hub promised.
        Cancelled: by ``progress``.
    """
    with said_in_a_sentence(model.reference):
        hub, before, total = client(), 0, model.size

        def tell(here: int) -> None:
            if progress is not None:
                progress(before + here, total)

        for file in model.files:
            _fetch(model, file, tell)
            folder = Path(hub.hf_hub_download(
                model.reference, file.name, revision=model.commit, cache_dir=cache_folder(),
                endpoint=endpoint(), etag_timeout=PATIENCE,
            )).parent
            tell(file.size)
            before += file.size
        # Last, so that a folder that is half there is never found by its name.
        name = repository(model.reference) / "refs" / "main"
        name.parent.mkdir(parents=True, exist_ok=True)
        write_file(name, model.commit.encode("ascii"))
    return folder


def _fetch(model: HubModel, file: HubFile, tell: Callable[[int], None]) -> None:
    """Bring one file into the cache's blobs, if it is not there."""
    hub = client()
    place = repository(model.reference)
    if (place / "snapshots" / model.commit / file.name).exists():
        return
    url = hub.hf_hub_url(model.reference, file.name, revision=model.commit, endpoint=endpoint())
    told = hub.get_hf_file_metadata(url, timeout=PATIENCE, endpoint=endpoint())
    if told.etag is None or Path(told.etag).name != told.etag or (
        told.commit_hash != model.commit or told.size not in (None, file.size)
    ):
        raise untrue(model.reference, file.name)
    blob = place / "blobs" / told.etag
    lock = cache_folder() / ".locks" / place.name / f"{told.etag}.lock"
    for folder in (blob.parent, lock.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with tools().WeakFileLock(lock):
        if blob.exists():
            return
        part = blob.with_name(f"{told.etag}.incomplete")
        _fill(part, url, file, model.reference, tell)
        if not _is(part, told.etag):
            part.unlink()
            raise untrue(model.reference, file.name)
        part.replace(blob)


def _fill(
    part: Path, url: str, file: HubFile, reference: str, tell: Callable[[int], None]
) -> None:
    """Read until all is there, from where the last try stopped; give up after some without any."""
    tries, last = 0, -1
    while True:
        with part.open("ab") as out:
            if out.tell() > file.size:
                out.truncate(0)
                out.seek(0)
            last = max(last, out.tell())
            try:
                if out.tell() < file.size:
                    _read(url, out, file, reference, tell)
            except (Refusal, Cancelled):
                raise
            except Exception as error:
                if not _is_cut(error):
                    raise
            here = out.tell()
        tell(here)
        if here == file.size:
            return
        tries, last = (1, here) if here > last else (tries + 1, last)
        if tries >= _TRIES:
            raise Refusal(
                translate("core", "The download of {file} broke off after {here:,} of {size:,} "
                          "bytes; start it again and it goes on from there."),
                file=file.name, here=here, size=file.size,
            )
        for _ in range(round(_PAUSE * 2**tries / 0.1)):
            time.sleep(0.1)
            tell(here)  # a cancel is heard


def _read(
    url: str, out: BinaryIO, file: HubFile, reference: str, tell: Callable[[int], None]
) -> None:
    """One answer of the hub, appended to ``out``."""
    hub, start = tools(), out.tell()
    headers = hub.build_hf_headers() | {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with hub.get_session().stream("GET", url, headers=headers, timeout=PATIENCE) as answer:
        hub.hf_raise_for_status(answer)
        if start and answer.status_code != 206:  # it sends all of it once more
            out.truncate(0)
            out.seek(0)
        elif start and not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise untrue(reference, file.name)
        for chunk in answer.iter_bytes(_CHUNK):
            if out.tell() + len(chunk) > file.size:
                out.truncate(0)
                raise untrue(reference, file.name)
            out.write(chunk)
            tell(out.tell())


def _is(path: Path, etag: str) -> bool:
    """Whether a file's content has its hash for a name: SHA-256, or git's own SHA-1."""
    if re.fullmatch("[0-9a-f]{64}", etag):
        digest = hashlib.sha256()
    elif re.fullmatch("[0-9a-f]{40}", etag):
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    else:
        return True  # a mirror that names its files otherwise; the size is right
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest() == etag


def _is_cut(error: Exception) -> bool:
    """Whether the line broke, rather than the hub said no or the disk is full."""
    return not isinstance(error, OSError) and status_of(error) is None and (
        "http" in type(error).__module__
    )
