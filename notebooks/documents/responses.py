"""HTTP answers that may be large: compressed as the caller can read it, cached by tag, named for a download."""

import gzip
import zlib
from collections.abc import Iterable

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags

SMALL = 1000
LEVEL = 4


def tagged(request: HttpRequest, tag: str, body: bytes, content_type: str) -> HttpResponse:
    """`body` as the version `tag` of itself, or 304 to a caller that has it already."""
    etag = f'W/"{tag}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response = HttpResponseNotModified() if etag in known else compressed(request, body, content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def compressed(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """`body` in the best encoding that the caller accepts."""
    encoding = _encoding(request) if len(body) > SMALL else ""
    if encoding == "br":
        body = brotli.compress(body, quality=LEVEL)
    elif encoding == "gzip":
        body = gzip.compress(body, LEVEL, mtime=0)
    return _answer(body, content_type, encoding)


def compressed_parts(request: HttpRequest, parts: Iterable[bytes], content_type: str) -> HttpResponse:
    """The parts in one answer, of which only the compressed form is ever in memory at once."""
    if not _accepts(request, "gzip"):
        return _answer(b"".join(parts), content_type, "")
    packer = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    pieces = [packer.compress(part) for part in parts]
    return _answer(b"".join([*pieces, packer.flush()]), content_type, "gzip")


def attachment(response: HttpResponse, filename: str) -> HttpResponse:
    """`response` as a download called `filename`, in any script (RFC 5987)."""
    response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return response


def _answer(body: bytes, content_type: str, encoding: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _encoding(request: HttpRequest) -> str:
    return next((encoding for encoding in ("br", "gzip") if _accepts(request, encoding)), "")


def _accepts(request: HttpRequest, encoding: str) -> bool:
    """True if the header names `encoding` without refusing it by q=0."""
    offers = (offer.replace(" ", "").lower() for offer in request.headers.get("Accept-Encoding", "").split(","))
    named = next((offer for offer in offers if offer.split(";")[0] == encoding), "q=0")
    return "q=0" not in named or "q=0." in named
