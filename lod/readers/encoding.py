"""Bytes → text, strictly: a wrong or mixed encoding is an error that names the line, never a guess."""

from __future__ import annotations

import codecs
import re

from lod.errors import SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8_ONLY = re.compile(
    rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+\Z"
)
_THREE_BYTES = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_NON_ASCII = re.compile(rb"[\x80-\xff]")
# Tab, line feed and form feed (a page break) are text; the other control characters cannot stand in XML or RDF.
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_HALF_KATAKANA = re.compile(r"[\uff61-\uff9f]")
_JAPANESE = re.compile(r"[\u3001-\u30ff\u4e00-\u9fff]")
_BINARY_SHARE = 0.05


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text with LF line ends and without byte order mark, and the name of its encoding.

    Raises SourceError: D01 empty, D02 binary, D03 NUL or control characters, D04 wrong encoding, D05 mixed encoding.
    """
    if not data.strip(b" \t\r\n\f\x00\xef\xbb\xbf\xfe\xff"):
        raise SourceError("D01", place=name, size=len(data))
    text, encoding = _decode(data, name)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SourceError("D01", place=name, size=len(data))
    _refuse_controls(text, name)
    return text, encoding


def _decode(data: bytes, name: str) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise SourceError("D04", place=name, encoding="UTF-32")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding, name), encoding
    if b"\x00" in data:
        return _with_nul(data, name)
    if b"\x1b$" in data or b"\x1b(" in data:
        raise SourceError("D04", place=_place(data, data.index(b"\x1b"), name), encoding="ISO-2022-JP")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _not_utf8(data, name, error)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise SourceError("D04", place=f"{name}:{line}", encoding=f"broken {encoding.upper()}") from error


def _with_nul(data: bytes, name: str) -> tuple[str, str]:
    """NUL bytes: in a text that is else UTF-8, in UTF-16 that lost its byte order mark, or in no text at all."""
    first = data.index(b"\x00")
    if data.count(b"\x00") <= len(data) * _BINARY_SHARE and _is_text(data.replace(b"\x00", b"")):
        raise SourceError("D03", place=_place(data, first, name), char="U+0000")
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and len(_JAPANESE.findall(text)) > len(text) / 4:
            return text, encoding
    if len(_CONTROL_BYTES.findall(data)) > len(data) * _BINARY_SHARE:
        raise SourceError("D02", place=name, kind="NUL")
    raise SourceError("D03", place=_place(data, first, name), char="U+0000")


def _is_utf8(line: bytes) -> bool:
    return _UTF8_ONLY.match(line) is not None and len(_THREE_BYTES.findall(line)) > 1


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _not_utf8(data: bytes, name: str, error: UnicodeDecodeError) -> tuple[str, str]:
    if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
        raise SourceError("D04", place=_place(data, error.start, name), encoding="UTF-8, cut off") from error
    mixed = _mixed_line(data)
    if mixed is not None:
        raise SourceError("D05", place=f"{name}:{mixed}") from error
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as cp932_error:
        furthest = max(error.start, cp932_error.start)
        raise SourceError("D04", place=_place(data, furthest, name), encoding=_guess(data)) from error
    foreign = len(_NON_ASCII.findall(data))
    if len(_HALF_KATAKANA.findall(text)) * 3 > foreign or not _JAPANESE.search(text):
        raise SourceError("D04", place=_place(data, error.start, name), encoding=_guess(data)) from error
    return text, "cp932"


def _mixed_line(data: bytes) -> int | None:
    """The first line that is not in the encoding of the lines before it; None if no line is surely UTF-8."""
    kinds: list[tuple[int, bool]] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if len(_NON_ASCII.findall(line)) >= 6:
            kinds.append((number, _is_utf8(line)))
    if len({utf8 for _, utf8 in kinds}) < 2:
        return None
    first = kinds[0][1]
    return next(number for number, utf8 in kinds if utf8 is not first)


def _guess(data: bytes) -> str:
    """A name for the message: EUC-JP where it would decode to Japanese, unknown otherwise."""
    try:
        return "EUC-JP" if _JAPANESE.search(data.decode("euc_jp")) else "?"
    except UnicodeDecodeError:
        return "?"


def _place(data: bytes, offset: int, name: str) -> str:
    line, column = data.count(b"\n", 0, offset) + 1, offset - data.rfind(b"\n", 0, offset)
    return f"{name}:{line}:byte {column}"


def _refuse_controls(text: str, name: str) -> None:
    controls = _CONTROL.findall(text)
    if not controls and "\x00" not in text:
        return
    if len(controls) > len(text) * _BINARY_SHARE:
        raise SourceError("D02", place=name, kind=f"{len(controls)} control characters")
    offset = text.index("\x00") if "\x00" in text else text.index(controls[0])
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    raise SourceError("D03", place=f"{name}:{line}:{column}", char=f"U+{ord(text[offset]):04X}")
