"""Keys whose draw at one address of replica 0 is 0 or 2^32 - 1; found by `search_edge_keys.py`."""

from __future__ import annotations

from typing import NamedTuple


class EdgeDraw(NamedTuple):
    """Key of the generator, year word, slot, which of the block's four words, and that word's value."""

    key: int
    year: int
    slot: int
    word: int
    value: int


EDGE_DRAWS = [
    EdgeDraw(1836991927, 0, 0, 0, 0x0),
    EdgeDraw(1352247272, 0, 0, 0, 0xFFFFFFFF),
    EdgeDraw(293046734, 0, 0, 1, 0x0),
    EdgeDraw(454088803, 0, 0, 1, 0xFFFFFFFF),
    EdgeDraw(627779616, 0, 0, 2, 0x0),
    EdgeDraw(5354715589, 0, 0, 2, 0xFFFFFFFF),
    EdgeDraw(1343428, 0, 0, 3, 0x0),
    EdgeDraw(3471586686, 0, 0, 3, 0xFFFFFFFF),
    EdgeDraw(1683376631, 0, 64, 0, 0x0),
    EdgeDraw(2866304034, 0, 64, 0, 0xFFFFFFFF),
    EdgeDraw(5794863424, 0, 64, 1, 0x0),
    EdgeDraw(13256123473, 0, 64, 1, 0xFFFFFFFF),
    EdgeDraw(887881469, 1, 0, 0, 0x0),
    EdgeDraw(36842616, 1, 0, 0, 0xFFFFFFFF),
    EdgeDraw(1013462989, 1, 0, 1, 0x0),
    EdgeDraw(1927971159, 1, 0, 1, 0xFFFFFFFF),
    EdgeDraw(1073925195, 1, 0, 2, 0x0),
    EdgeDraw(192830730, 1, 0, 2, 0xFFFFFFFF),
    EdgeDraw(7170013102, 1, 0, 3, 0x0),
    EdgeDraw(16417903446, 1, 0, 3, 0xFFFFFFFF),
    EdgeDraw(4953514941, 1, 32, 0, 0x0),
    EdgeDraw(1431656122, 1, 32, 0, 0xFFFFFFFF),
    EdgeDraw(3889526233, 1, 32, 1, 0x0),
    EdgeDraw(1834326716, 1, 32, 1, 0xFFFFFFFF),
    EdgeDraw(2046721336, 1, 32, 2, 0x0),
    EdgeDraw(7251283886, 1, 32, 2, 0xFFFFFFFF),
    EdgeDraw(9506519898, 1, 64, 0, 0x0),
    EdgeDraw(225922184, 1, 64, 0, 0xFFFFFFFF),
    EdgeDraw(86671200, 1, 64, 1, 0x0),
    EdgeDraw(3493541557, 1, 64, 1, 0xFFFFFFFF),
    EdgeDraw(971034611, 1, 64, 2, 0x0),
    EdgeDraw(8132375870, 1, 64, 2, 0xFFFFFFFF),
    EdgeDraw(15876673803, 1, 64, 3, 0x0),
    EdgeDraw(11598490669, 1, 64, 3, 0xFFFFFFFF),
    EdgeDraw(1027556897, 1, 65, 0, 0x0),
    EdgeDraw(4641893104, 1, 65, 0, 0xFFFFFFFF),
    EdgeDraw(495222099, 1, 65, 1, 0x0),
    EdgeDraw(24484873039, 1, 65, 1, 0xFFFFFFFF),
    EdgeDraw(60965796, 1, 65, 2, 0x0),
    EdgeDraw(5310854509, 1, 65, 2, 0xFFFFFFFF),
    EdgeDraw(8865526562, 1, 65, 3, 0x0),
    EdgeDraw(6533418228, 1, 65, 3, 0xFFFFFFFF),
    EdgeDraw(542894624, 1, 81, 0, 0x0),
    EdgeDraw(2346208386, 1, 81, 0, 0xFFFFFFFF),
    EdgeDraw(125441135, 1, 81, 1, 0x0),
    EdgeDraw(1700798583, 1, 81, 1, 0xFFFFFFFF),
    EdgeDraw(4363442933, 1, 81, 2, 0x0),
    EdgeDraw(2776378492, 1, 81, 2, 0xFFFFFFFF),
    EdgeDraw(12480572356, 1, 81, 3, 0x0),
    EdgeDraw(184567939, 1, 81, 3, 0xFFFFFFFF),
]
