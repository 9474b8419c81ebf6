"""A multipart MIME message as bytes (RFC 2045, RFC 2046), encoded once; what differs between readers is filled in.

Parts are quoted-printable or base64, whichever is shorter: with short lines of ASCII no server on the way has a
reason to change them and break the DKIM signature.
"""

import base64
import binascii
import re
from collections.abc import Mapping

# Servers and mailboxes change these at the start of a line (RFC 5321 4.5.2, mbox).
DELICATE = re.compile(rb"(?m)^(?:From |\.)")
LONE_LF = re.compile(rb"(?<!\r)\n")
LINE = 57  # bytes, of which base64 makes 76


def crlf(text: str) -> bytes:
    """Return the text with CRLF line ends, as UTF-8."""
    return "\r\n".join(text.splitlines()).encode() + b"\r\n"


def _quoted_printable(data: bytes) -> bytes:
    encoded = LONE_LF.sub(b"\r\n", binascii.b2a_qp(data, istext=True))
    return DELICATE.sub(lambda match: b"=%02X%s" % (match[0][0], match[0][1:]), encoded)


def _base64(data: bytes) -> bytes:
    return b"".join(base64.b64encode(data[i : i + LINE]) + b"\r\n" for i in range(0, len(data), LINE))


class Part:
    """A text with one gap, encoded around the gap; raises ValueError where it holds the gap not exactly once."""

    def __init__(self, text: str, gap: str) -> None:
        before, found, after = crlf(text).partition(gap.encode())
        if not found or gap.encode() in after:
            raise ValueError("The text must hold the gap once.")
        if len(_quoted_printable(before + after)) <= len(before + after) * 4 / 3:
            self.encoding = "quoted-printable"
            self._before = _quoted_printable(before) + b"=\r\n"
            self._after = b"=\r\n" + _quoted_printable(after)
        else:
            self.encoding = "base64"
            # Base64 encodes three bytes at a time: those next to the gap are encoded with what fills it.
            whole = len(before) - len(before) % 3
            self._before, self._rest = _base64(before[:whole]), before[whole:]
            self._heads = [after[:length] for length in range(3)]
            self._tails = [_base64(after[length:]) for length in range(3)]

    def filled(self, text: str) -> bytes:
        """Return the encoded part with the text in its gap."""
        data = text.encode()
        if self.encoding == "quoted-printable":
            return self._before + _quoted_printable(data) + self._after
        missing = -(len(self._rest) + len(data)) % 3
        return self._before + _base64(self._rest + data + self._heads[missing]) + self._tails[missing]


class Alternatives:
    """A multipart/alternative message of a plain and an HTML text with one gap each."""

    def __init__(self, headers: bytes, plain: Part, html: Part, boundary: str) -> None:
        self._headers = headers  # bytes of the header lines that all messages share
        self._boundary = boundary.encode()
        self._plain, self._html = plain, html

    def filled(self, headers: Mapping[str, str], plain: str, html: str) -> bytes:
        """Return the whole message with these texts in the gaps of its parts.

        Raises ValueError for a header that holds a line break or is not ASCII.
        """
        lines = [self._headers]
        for name, value in headers.items():
            if not value.isascii() or not value.isprintable():
                raise ValueError(f"{name} must be one line of ASCII.")
            lines.append(b"%s: %s\r\n" % (name.encode(), value.encode()))
        lines += [
            b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="%s"\r\n' % self._boundary,
            self._opened(b"plain", self._plain.encoding),
            self._plain.filled(plain),
            self._opened(b"html", self._html.encoding),
            self._html.filled(html),
            b"\r\n--%s--\r\n" % self._boundary,
        ]
        return b"".join(lines)

    def _opened(self, subtype: bytes, encoding: str) -> bytes:
        """Return the boundary and the headers of a part."""
        return (
            b"\r\n--%s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n"
            % (self._boundary, subtype, encoding.encode())
        )
