"""OS Places for tests: a server on loopback that speaks its protocol (pages, optional keys left out, its errors), and
can be slow, fail, refuse the key, limit its rate, or send what is no answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "key-of-severnshire"
BAD_POSTCODE = (
    "Requested postcode must contain a minimum of the sector plus 1 digit of the district e.g. SO1. "
    "Requested postcode was {}"
)
Entry = dict[str, Any]


def dpa(uprn: int, **parts: Any) -> Entry:
    """An address of Royal Mail's; a part that is "" is left out, as OS Places does."""
    known = {
        "UPRN": str(uprn),
        "UDPRN": "52712028",
        "ADDRESS": "AS ONE LINE",
        "BUILDING_NUMBER": "7",
        "THOROUGHFARE_NAME": "HERON ROW",
        "POST_TOWN": "AVERBOURNE",
        "POSTCODE": "ZZ1 4QP",
        "RPC": "1",
        "X_COORDINATE": 386000.0,
        "Y_COORDINATE": 255000.0,
        "STATUS": "APPROVED",
        "LOGICAL_STATUS_CODE": "1",
        "CLASSIFICATION_CODE": "RD04",
        "LOCAL_CUSTODIAN_CODE": 1850,
        "LOCAL_CUSTODIAN_CODE_DESCRIPTION": "HEREFORDSHIRE",
        "COUNTRY_CODE": "E",
        "POSTAL_ADDRESS_CODE": "D",
        "POSTAL_ADDRESS_CODE_DESCRIPTION": "A record which is linked to PAF",
        "LANGUAGE": "EN",
        "MATCH": 1.0,
    }
    return {"DPA": _without_empty({**known, **parts})}


def lpi(uprn: int, **parts: Any) -> Entry:
    """An address of a council's."""
    known = {
        "UPRN": str(uprn),
        "LPI_KEY": "1850L000123456",
        "USRN": "12345678",
        "PAO_START_NUMBER": "7",
        "STREET_DESCRIPTION": "HERON ROW",
        "TOWN_NAME": "AVERBOURNE",
        "ADMINISTRATIVE_AREA": "HEREFORDSHIRE",
        "POSTCODE_LOCATOR": "ZZ1 4QP",
        "LOGICAL_STATUS_CODE": "1",
        "LOCAL_CUSTODIAN_CODE": 1850,
        "POSTAL_ADDRESS_CODE": "L",
        "LANGUAGE": "EN",
    }
    return {"LPI": _without_empty({**known, **parts})}


def _without_empty(parts: Entry) -> Entry:
    return {name: value for name, value in parts.items() if value != ""}


class Places:
    """A running stand-in. `has`: its entries; `status`, `headers`, `body`, `delay`: how it answers instead; `asked`:
    what it was asked, as paths with their query."""

    def __init__(self) -> None:
        self.has: list[Entry] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.delay = 0.0
        self.asked: list[str] = []
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/search/places/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop it."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def fails(self, status: int, body: bytes = b"", **headers: str) -> None:
        """From now on it answers so."""
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def recovers(self) -> None:
        """It answers as it should again."""
        self.status, self.body, self.headers, self.delay = 200, None, {}, 0.0

    def answer(self, path: str, key: str | None) -> tuple[int, bytes]:
        """What the real one answers."""
        if self.status != 200 or self.body is not None:
            return self.status, self.body or b""
        if key != KEY:
            return 401, b'{"fault":{"faultstring":"Invalid ApiKey"}}'
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        resource = parts.path.rpartition("/")[2]
        if resource == "postcode" and len(asked["postcode"]) < 3:
            says = BAD_POSTCODE.format(asked["postcode"])
            return 400, json.dumps({"error": {"statuscode": 400, "message": says}}).encode()
        return 200, json.dumps(self._page(resource, asked)).encode()

    def _page(self, resource: str, asked: dict[str, str]) -> dict[str, Any]:
        wanted = [each for each in self.has if _fits(each, resource, asked)]
        offset, most = int(asked.get("offset", 0)), min(int(asked.get("maxresults", 100)), 100)
        page = wanted[offset : offset + most]
        header = {
            "uri": "https://api.os.uk/...",
            "query": asked[resource],
            "offset": offset,
            "totalresults": len(wanted),
            "format": "JSON",
            "dataset": asked["dataset"],
            "lr": asked["lr"],
            "maxresults": most,
            "epoch": "118",
            "output_srs": "EPSG:27700",
        }
        return {"header": header, **({"results": page} if page else {})}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        places = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                places.asked.append(self.path)
                places.stopping.wait(places.delay)
                status, body = places.answer(self.path, self.headers.get("key"))
                self.send_response(status)
                for name, value in {**places.headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        return Handler


def _fits(entry: Entry, resource: str, asked: dict[str, str]) -> bool:
    [(kind, parts)] = entry.items()
    there = parts["UPRN"] if resource == "uprn" else parts.get("POSTCODE", parts.get("POSTCODE_LOCATOR"))
    return kind in asked["dataset"].split(",") and there == asked[resource]


@contextmanager
def places() -> Iterator[Places]:
    """A stand-in, stopped afterwards."""
    running = Places()
    try:
        yield running
    finally:
        running.close()


class Clock:
    """Time that tests move on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
