#!/usr/bin/env python3
"""Makes forged copies of a concluded PDF, as somebody with a PDF library could.

    forge.py byte|page|value FROM TO

    byte   one bit of one byte inside a stream of the first revision
    page   an incremental update that writes further text onto the first page
    value  an incremental update that changes what the first party filled in
"""

import re
import sys

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def flip(data):
    """The file with one bit of the longest stream of the first revision turned."""
    first_revision = data[: data.index(b"%%EOF")]
    streams = list(re.finditer(rb"stream\r?\n(.*?)endstream", first_revision, re.DOTALL))
    longest = max(streams, key=lambda found: len(found[1]))
    forged = bytearray(data)
    forged[(longest.start(1) + longest.end(1)) // 2] ^= 0x01
    return bytes(forged)


def write_on_page(writer):
    text = generic.StreamObject(stream_data=b"q BT /Forged 24 Tf 72 72 Td (1,000,000,000 JPY) Tj ET Q")
    font = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Font"),
            generic.NameObject("/Subtype"): generic.NameObject("/Type1"),
            generic.NameObject("/BaseFont"): generic.NameObject("/Helvetica"),
        }
    )
    resources = generic.DictionaryObject(
        {generic.NameObject("/Font"): generic.DictionaryObject({generic.NameObject("/Forged"): font})}
    )
    writer.add_stream_to_page(0, writer.add_object(text), resources=resources)


def fields(array):
    """Every field with a text value, however deep."""
    for reference in array:
        field = reference.get_object()
        if field.get("/FT") == "/Tx" and "/V" in field:
            yield field
        yield from fields(field.get("/Kids", []))


def change_value(writer):
    form = writer.root["/AcroForm"]
    field = next(fields(form["/Fields"]))
    field["/V"] = generic.pdf_string("偽の値")
    writer.update_container(field)


def main():
    way, source, destination = sys.argv[1:]
    with open(source, "rb") as stream:
        data = stream.read()
    if way == "byte":
        result = flip(data)
        with open(destination, "wb") as out:
            out.write(result)
        return
    with open(source, "rb") as stream, open(destination, "wb") as out:
        writer = IncrementalPdfFileWriter(stream)
        {"page": write_on_page, "value": change_value}[way](writer)
        writer.write(out)


if __name__ == "__main__":
    main()
