"""What a piece holds, there and back, and exact totals of it."""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np
import pytest

import hegemon_kernels as hk
from hegemon.failures import PieceError
from hegemon.outputs.totals import Totals
from hegemon.parameters import Model, kernel_values
from hegemon.planning.plan import Segment
from hegemon.storage import content, pieces

SEGMENTS = (Segment(2**63 + 5, 0, 40), Segment(9, 40, 25))


def simulated(segment: Segment, years: int) -> tuple[np.ndarray, hk.Tally]:
    values = kernel_values(Model(system={"states": 3, "years": years}, hegemony={"hold": 1}))
    rows = np.empty(segment.count, hk.OUTCOME_DTYPE)
    hk.simulate(hk.pack_point(values), hk.stream_key(1, 0), segment.first, rows)
    return rows, hk.tally(rows, years)


def packed(rows_too: bool = True) -> tuple[bytes, content.Tallies]:
    made = [simulated(segment, years) for segment, years in zip(SEGMENTS, (12, 20), strict=True)]
    tallies = content.collect(SEGMENTS, [tally for _, tally in made])
    columns = content.columns(sum(segment.count for segment in SEGMENTS), lasting=False) if rows_too else {}
    for name, column in columns.items():
        column[:] = np.concatenate([rows[name] for rows, _ in made])
    return content.pack(SEGMENTS, tallies, columns), tallies


def stored(folder: Path, data: bytes) -> pieces.PieceFile:
    path = folder / pieces.name_of("piece-000000-0123456789abcdef", data)
    pieces.write(path, data)
    found = pieces.parse(path)
    assert found is not None
    return found


@pytest.mark.parametrize("rows_too", [True, False])
def test_tallies_come_back(tmp_path: Path, rows_too: bool) -> None:
    data, tallies = packed(rows_too)
    again = content.read_tallies(stored(tmp_path, data), SEGMENTS)
    for name, values in vars(tallies).items():
        found = getattr(again, name)
        assert found.dtype == values.dtype, name
        np.testing.assert_array_equal(found, values, name)


def test_rows_come_back_and_lasting_columns_are_left_out() -> None:
    data, _ = packed()
    rows = np.concatenate([simulated(s, years)[0] for s, years in zip(SEGMENTS, (12, 20), strict=True)])
    with h5py.File(io.BytesIO(data)) as file:
        for name in hk.OUTCOME_DTYPE.names:
            if "spell" in name or name == "years_hegemony":
                assert name not in file
            else:
                assert file[name][:].tobytes() == np.ascontiguousarray(rows[name]).tobytes()
        assert file["point"][:].tolist() == [2**63 + 5, 9]


def test_bytes_are_a_function_of_the_content() -> None:
    assert packed()[0] == packed()[0]


def test_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "FORMAT_VERSION", 99)
    data, _ = packed()
    monkeypatch.undo()
    with pytest.raises(PieceError, match="format version 99; this program reads version 1"):
        content.read_tallies(stored(tmp_path, data), SEGMENTS)


def test_totals_are_exact_beyond_64_bits() -> None:
    _, tallies = packed()
    most = np.full_like(tallies.sums, 2**62)
    huge = content.Tallies(**{**vars(tallies), "sums": most, "squares_high": most, "squares_low": most % 7})
    totals = Totals([9, 2**63 + 5], 20)
    totals.add_all([huge] * 5)
    assert totals.sums[0, 0] == 5 * 2**62
    assert totals.squares[1, 3] == 5 * (2**94 + 2**62 % 7)
    assert totals.replicas.tolist() == [125, 200]
    assert totals.years[1, :13].tolist() == (5 * tallies.years[0, :13]).tolist()


def test_squares_pass_through_two_words() -> None:
    _, tally = simulated(SEGMENTS[0], 12)
    large = hk.Tally(**{**vars(tally), "squares": np.array([2**70 + 3] * len(tally.squares), object)})
    table = content.collect(SEGMENTS[:1], [large])
    totals = Totals([2**63 + 5], 12)
    totals.add(table)
    assert totals.squares[0, 0] == 2**70 + 3
