"""Asks an application any request, and says whether two of them answer the same: for the suite and the soak."""

import gzip
import http.client
import io
import re
from typing import NamedTuple
from urllib.parse import unquote

import brotli
from hypothesis import strategies as st

# What the transport and the encoding change: not what is said.
OF_TRANSPORT = {
    "date",
    "server",
    "connection",
    "content-length",
    "content-encoding",
    "etag",
    "transfer-encoding",
}
# The id of a request that is refused, and the nonce of Django's own page for that: another each time.
ID = re.compile(rb'<code>[2-9a-z]{8}</code>|nonce="[^"]+"')
OWN = (
    "the ETag that it gave for this"  # stands in If-None-Match for whatever the asked application said before
)


class Reply(NamedTuple):
    """An answer: its status, headers by names in lower case, and its body, decoded."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self):
        return {name: value for name, value in self.headers.items() if name not in OF_TRANSPORT}


class Request(NamedTuple):
    method: str
    path: str  # percent-encoded
    query: str
    fields: dict[str, str]


def decoded(body, encoding):
    if not body:
        return body
    return {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding, bytes)(body)


def in_process(application):
    """Return a function that asks a WSGI application."""

    def ask(request):
        environ = {
            "REQUEST_METHOD": request.method, "SCRIPT_NAME": "", "QUERY_STRING": request.query,
            "PATH_INFO": unquote(request.path, encoding="latin-1"), "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }  # fmt: skip
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.fields.items()}
        said = []
        answer = application(environ, lambda status, headers, *_: said.extend([int(status[:3]), headers]))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        headers = {name.lower(): str(value) for name, value in said[1]}
        body = b"" if request.method == "HEAD" else decoded(body, headers.get("content-encoding"))
        return Reply(said[0], headers, body)

    return ask


class Pair:
    """The site with its cache and the same site without: every answer of theirs has to be the same."""

    def __init__(self, cached, plain):
        self.sides = {"cached": cached, "plain": plain}
        self.etags = {}

    def ask(self, request):
        """Return the replies of both, the cached one twice: from wherever it came first, it is in the cache then."""
        replies = []
        for side in ("cached", "cached", "plain"):
            replies.append(self._ask(side, request))
        return replies

    def _ask(self, side, request):
        place = (side, request.path, request.query, request.fields.get("accept-encoding"))
        fields = dict(request.fields)
        if fields.get("if-none-match") == OWN:
            fields["if-none-match"] = self.etags.get(place, '"none"')
        reply = self.sides[side](request._replace(fields=fields))
        if reply.status == 200 and "etag" in reply.headers:
            self.etags[place] = reply.headers["etag"]
        return reply

    def hold(self, request):
        """Assert that both answer the same; once more where the clock may have moved in between."""
        for attempt in (1, 2):
            first, again, plain = self.ask(request)
            if attempt == 2 or seen(first) == seen(again) == seen(plain):
                break
        assert seen(first) == seen(plain), (request, seen(first), seen(plain))
        assert seen(again) == seen(plain), (request, seen(again), seen(plain))
        assert "set-cookie" not in again.headers or "cookie" in request.fields or not is_public(request), (
            request
        )
        return again


def is_public(request):
    return not request.path.startswith("/admin")


OWN = {"set-cookie", "x-request-id"}  # of each answer


def seen(reply):
    """Return what a visitor sees of a reply. A page with a token of its own (a form's) says another each time."""
    if (
        b'name="opened"' in reply.body
        or b"csrfmiddlewaretoken" in reply.body
        or b'name="nonce"' in reply.body
    ):
        return reply.status, len(reply.body)
    if (
        reply.headers.get("content-type", "").startswith("application/json")
        and b"examined_seconds_ago" in reply.body
    ):
        return reply.status
    # Django leaves Vary out of a 304, though RFC 9110 asks for it.
    told = {n: v for n, v in reply.said.items() if n not in OWN and (n != "vary" or reply.status != 304)}
    return reply.status, told, ID.sub(b"", reply.body)


def requests(paths, host, cookies):
    """Return a strategy for requests: right ones, odd ones, and those that try to change what others get."""
    queries = st.lists(
        st.sampled_from([
            "page=1", "page=2", "page=0", "page=x", "page=", "country=laos", "country=LA", "country=%C3%A9", "kind=report",
            "sort=title", "q=harbour", "utm_source=a", "fbclid=x%2Fy", "utm_source=<b>", "p=1", "lang=fr", "%00", "a=%ff", "a=+b",
            "page=1;x", "&&", "=", "page=1%26x", "\u00e9".encode().decode("latin-1"), "a=" + "x" * 1200, "_method=POST",
        ]),
        max_size=3,
    ).map("&".join)  # fmt: skip
    fields = st.fixed_dictionaries(
        {
            "host": st.sampled_from(
                [host] * 12 + ["localhost", "evil.example", f"{host}.evil.example", "127.0.0.1"]
            )
        },
        optional={
            "accept-encoding": st.sampled_from(
                ["gzip", "br", "gzip, br", "identity", "br;q=0, gzip", "*", "gzip;q=0", "zstd"]
            ),
            "cookie": st.sampled_from(cookies),
            "accept-language": st.sampled_from(["fr", "de;q=0.5, th"]),
            "x-forwarded-host": st.just("evil.example"),
            "x-forwarded-proto": st.sampled_from(["https", "http"]),
            "x-forwarded-for": st.just("203.0.113.9"),
            "x-http-method-override": st.just("DELETE"),
            "x-original-url": st.just("/admin/"),
            "x-rewrite-url": st.just("/admin/"),
            "authorization": st.just("Basic eDp5"),
            "accept": st.sampled_from(["application/json", "text/html"]),
            "cache-control": st.sampled_from(["no-cache", "no-store", "max-age=0"]),
            "origin": st.just("https://evil.example"),
        },
    )
    conditions = st.one_of(
        st.just({}), st.just({}), st.just({}), st.just({"if-none-match": OWN}), st.just({"if-none-match": OWN}),
        st.sampled_from([
            {"if-none-match": "*"}, {"if-none-match": 'W/"x", "y"'}, {"if-none-match": "nonsense"},
            {"if-modified-since": "Mon, 01 Jan 2035 00:00:00 GMT"}, {"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"},
            {"if-modified-since": "nonsense"}, {"if-match": '"x"'}, {"if-unmodified-since": "Mon, 01 Jan 2001 00:00:00 GMT"},
            {"range": "bytes=0-9"}, {"range": "bytes=99999999-"}, {"range": "bytes=0-9", "if-range": '"x"'},
        ]),
    )  # fmt: skip
    # HEAD has no conditions here: Django heeds them for GET alone, the cache as RFC 9110 has it.
    methods = st.sampled_from(["GET"] * 10 + ["OPTIONS", "PUT", "DELETE", "PURGE", "get", "TRACE"])
    odd = st.sampled_from(["/news//", "/News/", "/news/%3Fpage=2", "/news/%2e%2e/admin/", "/%00", "/%ff", "/news/x%0d%0aa:b/",
                           "/metrics", "/wp-login.php", "/news", "/" + "x" * 600 + "/"])  # fmt: skip
    anywhere = st.one_of(st.sampled_from(paths), st.sampled_from(paths), st.sampled_from(paths), odd)
    conditional = st.builds(
        lambda method, path, query, given, more: Request(method, path, query, given | more),
        methods, anywhere, queries, fields, conditions,
    )  # fmt: skip
    heads = st.builds(Request, st.just("HEAD"), anywhere, queries, fields)
    return st.one_of(conditional, conditional, conditional, heads)


def over_http(netloc):
    """Return a function that asks a running server, with exactly the headers that are given."""

    def ask(request):
        connection = http.client.HTTPConnection(netloc, timeout=30)
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.fields.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body, headers = answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return Reply(answer.status, headers, decoded(body, headers.get("content-encoding")))

    return ask
