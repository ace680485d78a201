#!/usr/bin/env python3
"""Writes font_widths.inc: advance widths of Liberation Sans (metric-compatible with Arial and Helvetica) in 1/2048 em.

usage: font_widths.py LiberationSans-Regular.ttf LiberationSans-Bold.ttf > font_widths.inc

Reads the tables cmap (format 4), hhea and hmtx of the TrueType files; 0 stands for a character that the font lacks.
Liberation Fonts are licensed under the SIL Open Font License 1.1; widths are facts about them. Standard library only.
"""
import struct
import sys

BLOCKS = [  # first, last code point: Latin, Greek, Cyrillic, Hebrew, Latin Extended Additional, punctuation and symbols
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x0370, 0x03FF), (0x0400, 0x045F), (0x05D0, 0x05EA), (0x1E00, 0x1EFF),
    (0x2010, 0x2027), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2195),
    (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2265),
]


def tables(data):
    count = struct.unpack(">H", data[4:6])[0]
    records = (struct.unpack(">4sIII", data[12 + 16 * i:28 + 16 * i]) for i in range(count))
    return {tag.decode(): data[offset:offset + length] for tag, _, offset, length in records}


def glyphs(cmap):
    """code point -> glyph, from the Unicode subtable of format 4."""
    for i in range(struct.unpack(">H", cmap[2:4])[0]):
        platform, encoding, offset = struct.unpack(">HHI", cmap[4 + 8 * i:12 + 8 * i])
        if (platform, encoding) == (3, 1) and struct.unpack(">H", cmap[offset:offset + 2])[0] == 4:
            table = cmap[offset:]
            break
    n = struct.unpack(">H", table[6:8])[0] // 2
    ends, starts, deltas, ranges = (struct.unpack(f">{n}H", table[at:at + 2 * n]) for at in (14, 16 + 2 * n, 16 + 4 * n, 16 + 6 * n))
    found = {}
    for i in range(n):
        for code in range(starts[i], ends[i] + 1):
            glyph = code
            if ranges[i]:
                at = 16 + 6 * n + 2 * i + ranges[i] + 2 * (code - starts[i])
                glyph = struct.unpack(">H", table[at:at + 2])[0]
                if glyph == 0:
                    continue
            found[code] = (glyph + deltas[i]) & 0xFFFF
    return found


def widths(path):
    with open(path, "rb") as file:
        font = tables(file.read())
    if struct.unpack(">H", font["head"][18:20])[0] != 2048:
        sys.exit(f"{path}: 2048 units an em expected")
    long_metrics = struct.unpack(">H", font["hhea"][34:36])[0]
    advance = [struct.unpack(">H", font["hmtx"][4 * i:4 * i + 2])[0] for i in range(long_metrics)]
    return {code: advance[min(glyph, long_metrics - 1)] for code, glyph in glyphs(font["cmap"]).items()}


def main():
    regular, bold = widths(sys.argv[1]), widths(sys.argv[2])
    print("// Written by font_widths.py. {first, last, offset of the first in the widths}")
    print("constexpr FontBlock font_blocks[] = {")
    offset = 0
    for first, last in BLOCKS:
        print(f"    {{0x{first:04X}, 0x{last:04X}, {offset}}},")
        offset += last - first + 1
    print("};")
    for name, table in (("regular_widths", regular), ("bold_widths", bold)):
        values = [str(table.get(code, 0)) for first, last in BLOCKS for code in range(first, last + 1)]
        print(f"constexpr std::uint16_t {name}[] = {{")
        for i in range(0, len(values), 24):
            print("    " + ", ".join(values[i:i + 24]) + ",")
        print("};")


main()
