"""A member of staff who speaks HTTP to a running site: signs in, saves forms and uploads pictures."""

import http.client
import http.cookiejar
import json
import mimetypes
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request

from tests.servers import wait_until

UPLOAD = "/admin/pictures/image/upload/"


def multipart(values, file=None, field="file", filename="ann-example.jpg"):
    """Return the body and the content type of a form with at most one file (its content)."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    if file is not None:
        kind = mimetypes.guess_type(filename)[0]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
        parts += [head.encode(), f"Content-Type: {kind}\r\n\r\n".encode(), file, b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


class Staff:
    """Somebody who is signed in to the admin of a running site."""

    def __init__(self, server, username="editor"):
        self.url = server.url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        values = {"username": username, "password": server.password, "next": "/admin/"}
        status, page = wait_until(lambda: self._signed_in(values), timeout=30)
        assert status == 200 and "logout" in page, page[:500]

    def _signed_in(self, values):
        """Return status and text of the page after signing in; None while too many others do."""
        status, page = self.post("/admin/login/", values)
        return None if status == 429 else (status, page)

    @property
    def cookies(self):
        """Return the Cookie header that a browser would send."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def get(self, path):
        """Return status and text of a page."""
        return self._ask(urllib.request.Request(self.url + path))

    def token_of(self, path):
        """Return the token that the forms of a page carry."""
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])[1]

    def post(self, path, values, form=""):
        """Send a form that stands on a page (form, or the path itself); returns status and text."""
        data = {"csrfmiddlewaretoken": self.token_of(form or path), **values}
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(data, doseq=True).encode())
        return self._ask(request)

    def send(self, path, values):
        """Send a form that holds its token already; returns the status, and does not go where it leads."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=120)
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urllib.parse.urlencode(values, doseq=True), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def upload(self, content, token=None, **words):
        """Send a picture as the scripts of the admin do; returns status and what is told."""
        body, content_type = multipart(words, content)
        request = urllib.request.Request(self.url + UPLOAD, body)
        request.add_header("Content-Type", content_type)
        request.add_header("X-CSRFToken", token or self.token_of("/admin/pictures/image/add/"))
        status, text = self._ask(request)
        return status, json.loads(text)

    def _ask(self, request):
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
