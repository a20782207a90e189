"""No server on the machine answers a foreign page. Each is asked as such a page would, and as its programs do."""

from __future__ import annotations

import http.client
import socket
import ssl
import uuid
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from emulator.testing import Emulator
from local.processes.aws_clients import REGION, AwsClients
from local.processes.child import Child
from tests.support.polling import PATIENCE
from tests.workstation.local_servers import SERVERS, LocalServer
from workstation.loopback import FOREIGN_HOST, FOREIGN_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

EVIL = "https://evil.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
CORS = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
NAVIGATION = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


class Foreign(NamedTuple):
    """A request of a foreign page. ``{host}`` in a header is the server's own host and port."""

    method: str | None
    headers: Mapping[str, str]
    body: bytes | None = None


PAGES = {
    "fetch": Foreign(None, CORS),
    "fetch by a browser without fetch metadata": Foreign(None, {"Origin": EVIL}),
    "image or script": Foreign("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
    "link or frame": Foreign("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
    "preflight": Foreign("OPTIONS", {**CORS, "Access-Control-Request-Method": "PUT"}),
    "preflight of a private network": Foreign("OPTIONS", {**CORS, "Access-Control-Request-Private-Network": "true"}),
    "text/plain": Foreign("POST", {**CORS, "Content-Type": "text/plain"}, b'{"kind": "http-status", "status": 500}'),
    "form": Foreign("POST", {**NAVIGATION, **FORM}, b"Action=CreateQueue&QueueName=evil"),
    "multipart form": Foreign("POST", {**NAVIGATION, **MULTIPART}, b"--b\r\n\r\n\r\n--b--\r\n"),
    "sandboxed frame": Foreign("POST", {**FORM, "Origin": "null", "Sec-Fetch-Site": "cross-site"}, b"a=b"),
    "sandboxed frame, without fetch metadata": Foreign("POST", {**FORM, "Origin": "null"}, b"a=b"),
    "another port": Foreign(None, {"Origin": "http://127.0.0.1:9", "Sec-Fetch-Site": "same-site"}),
    "another port's image": Foreign("GET", {"Sec-Fetch-Site": "same-site"}),
}
HOSTS = {
    "DNS rebinding": Foreign(None, {"Host": "evil.example", "Sec-Fetch-Site": "same-origin"}),
    "DNS rebinding, with an origin": Foreign(
        "POST", {**FORM, "Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, b""
    ),
    "DNS rebinding, typed": Foreign("GET", {"Host": "localhost.evil.example", "Sec-Fetch-Site": "none"}),
    "without a host": Foreign(None, {"Host": ""}),
}


def ask(
    server: LocalServer, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """Send a request with these headers and nothing else but a length."""
    parts = urlsplit(server.url)
    assert parts.hostname
    if parts.scheme == "https":
        context = ssl._create_unverified_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=PATIENCE, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    sent = {"Host": parts.netloc, **headers, "Content-Length": str(len(body or b""))}
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def access_control(response: http.client.HTTPResponse) -> list[str]:
    return [name for name, _ in response.getheaders() if name.lower().startswith("access-control")]


def check_refused(server: LocalServer, name: str, page: Foreign) -> None:
    headers = {**server.headers, **page.headers}
    response, content = ask(server, page.method or server.method, server.path, headers, page.body)
    assert response.status == 403, name
    assert access_control(response) == [], name
    reason = FOREIGN_HOST if name in HOSTS else FOREIGN_PAGE
    assert content in (f"{reason}\n".encode(), b'{"error": "%s"}' % reason.encode()), name


def check_answered(server: LocalServer, headers: dict[str, str]) -> None:
    body = b"{}" if server.method == "POST" else None
    response, _ = ask(server, server.method, server.path, {**server.headers, **headers}, body)
    assert response.status == server.status, headers
    assert access_control(response) == [], headers


# All in one test, so that each server is started once.
@pytest.mark.parametrize("name", SERVERS)
def test_a_server_answers_its_programs_and_no_foreign_page(name: str, aws_url: str, tmp_path: Path) -> None:
    with SERVERS[name](tmp_path, aws_url) as server:
        port = urlsplit(server.url).port
        for kind, page in (PAGES | HOSTS).items():
            check_refused(server, kind, page)
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "localhost:8080", "localhost"):
            check_answered(server, {"Host": host})
            own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
            if server.serves_page:
                check_answered(server, own)
                assert (
                    ask(server, server.method, server.path, {**own, **dict.fromkeys(server.headers, "guessed")})[
                        0
                    ].status
                    == 403
                )
            else:
                check_refused(server, "its own origin", Foreign(None, own))
        check_answered(server, {"User-Agent": "curl/8.14.1", "Accept": "*/*"})
        check_answered(server, {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"})
        # A server that listens on every address answers here.
        with pytest.raises(OSError, match=r".*"), socket.create_connection(("127.0.0.2", port), PATIENCE):
            pass


@pytest.fixture
def own_aws(tmp_path: Path) -> Iterator[AwsClients]:
    """An emulated AWS that no other test used: moto cannot list what it holds after some of them."""
    child = Child.start_server(tmp_path, "local.processes.moto_server")
    yield AwsClients(child.announcement()["url"])
    child.kill()


def test_boto3_is_answered_and_a_foreign_page_changes_and_reads_nothing(own_aws: AwsClients) -> None:
    secret, queue = uuid.uuid4().hex, uuid.uuid4().hex
    own_aws.secrets.create_secret(Name=secret, SecretString=secret)
    server = LocalServer(own_aws.url, "POST", "/", 403)
    body = f"Action=CreateQueue&QueueName={queue}&Version=2012-11-05".encode()
    signed = FORM | {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20261126/ap-northeast-2/sqs/aws4_request, x"}
    assert ask(server, "POST", "/", {**NAVIGATION, **signed}, body)[0].status == 403
    assert "QueueUrls" not in own_aws.sqs.list_queues(QueueNamePrefix=queue)
    assert ask(server, "POST", "/", signed, body)[0].status == 200
    assert len(own_aws.sqs.list_queues(QueueNamePrefix=queue)["QueueUrls"]) == 1
    assert secret.encode() in ask(server, "GET", "/moto-api/data.json", {})[1]
    assert secret.encode() not in ask(server, "GET", "/moto-api/data.json", {"Origin": EVIL})[1]


def test_an_uploaded_page_runs_no_script(aws: AwsClients) -> None:
    name = uuid.uuid4().hex
    aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.s3.put_object(
        Bucket=name, Key="evil.html", Body=b"<script>1</script>", ContentType="text/html", ACL="public-read"
    )
    response, _ = ask(LocalServer(aws.url, "GET", "/", 200), "GET", f"/{name}/evil.html", {})
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html")
    assert response.headers["Content-Security-Policy"].startswith("sandbox; ")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_foreign_page_cannot_control_the_emulator() -> None:
    with Emulator() as emulator:
        server = LocalServer(emulator.url, "POST", "/_emulator/faults", 200)
        fault = b'{"kind": "http-status", "status": 500}'
        plain = {"Content-Type": "text/plain"}
        assert ask(server, "POST", server.path, {**CORS, **plain}, fault)[0].status == 403
        key = f"/v2.0/appkeys/{emulator.app_key}/public-keys/credit-card"
        assert ask(server, "GET", key, {"Authorization": emulator.secret_key})[0].status == 200
        assert ask(server, "POST", server.path, plain, fault)[0].status == 200
        assert ask(server, "GET", key, {"Authorization": emulator.secret_key})[0].status == 500
