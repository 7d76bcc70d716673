"""The neighbours that every peer is measured against: nginx, which answers constants at next to no cost.

One nginx stands in for the internal gateway, the service and DynamoDB, each below a path of its own. A query for a
user is answered with 10 records, one for a campaign with 100.
"""

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lab.bench import pages
from lab.bench.processes import Server, free_port, running

_CONFIGURATION: Final = """\
daemon off; pid {folder}/pid; error_log stderr error; worker_processes 1; user root;
events {{ worker_connections 1024; }}
http {{
  access_log off; server_tokens off; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 1h;
  open_file_cache max=100; client_body_temp_path {folder}/body; client_max_body_size 1m; types {{ }}
  server {{
    listen 127.0.0.1:{port} backlog=1024; root {folder};
{locations}
  }}
}}
"""
# nginx gives a file to GET alone; the 405 that a POST would get is turned into the file.
_LOCATION: Final = """\
    location = {path} {{ try_files {file} =404; error_page 405 =200 {file}; default_type {media_type}; }}
    location = {file} {{ internal; default_type {media_type}; {headers} }}
"""
_DYNAMODB: Final = "application/x-amz-json-1.0"
# DynamoDB sends these too, and botocore reads them.
_HEADERS: Final = "add_header x-amz-crc32 {crc32}; add_header x-amzn-requestid $request_id;"


@contextmanager
def stub() -> Iterator[str]:
    """Run the stub and give its address: `/internal`, `/service` and `/dynamodb/10` are below it.

    Raises MissingError where there is no nginx.
    """
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        raise MissingError("nginx is needed as the neighbour of what is measured (Debian: apt install nginx-light)")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(_configuration(Path(folder), port), encoding="utf-8")
        command = [nginx, "-c", str(configuration), "-e", "stderr"]
        with running(Server("nginx", command, port, healthy="/health")) as server:
            yield server.url


class MissingError(RuntimeError):
    """A program that is measured with is not here; the message names it."""


def _configuration(folder: Path, port: int) -> str:
    locations = [_location(folder, "/health", b'{"status":"ok"}')]
    for hop, page in (("internal", pages.internal_page), ("service", pages.public_page)):
        locations.append(_location(folder, f"/{hop}/query/user", page(pages.SMALL)))
        locations.append(_location(folder, f"/{hop}/query/marketing", page(pages.LARGE)))
        locations.append(_location(folder, f"/{hop}/query/fail", page(pages.SMALL)))
    locations += [  # one row more than the page has, as is asked for
        _location(folder, f"/dynamodb/{count}", pages.rows(count + 1), _DYNAMODB)
        for count in (pages.SMALL, pages.LARGE)
    ]
    return _CONFIGURATION.format(folder=folder, port=port, locations="".join(locations))


def _location(folder: Path, path: str, content: bytes, media_type: str = "application/json") -> str:
    file = "/files" + path + ".json"
    target = folder / file[1:]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    headers = _HEADERS.format(crc32=zlib.crc32(content)) if media_type == _DYNAMODB else ""
    return _LOCATION.format(path=path, file=file, media_type=media_type, headers=headers)
