"""Files are read as they are meant, or refused in a line."""

import sys

import numpy as np
import pandas as pd
import pytest

from skhpo.cli._say import CommandError, near
from skhpo.cli._tables import kind_of_file, read_table, with_iso_dates, write_table


@pytest.mark.parametrize("name", ["data.csv", "data.tsv", "data.CSV.gz"])
def test_what_is_written_is_read(tmp_path, name):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x, y", np.nan], "3": [True, False]})
    path = tmp_path / name
    write_table(frame, path)
    pd.testing.assert_frame_equal(read_table(path), frame)


def test_separator_and_types(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("code;n\n007;1\n008;2\n")
    frame = read_table(path, ";", {"code": str, "absent": str})
    assert frame["code"].tolist() == ["007", "008"]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8-sig")
    assert [*read_table(path).columns] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "cannot be read"),
        (b"a,b\n", "there are no rows"),
        (b"a,b\n1,2,3,4\n1,2,3,4,5,6\n", "cannot be read"),
        (b"a,b,a\n1,2,3\n", "column name 'a' stands there more than once"),
        (b"a,b\n\xff\xfe,2\n", "cannot be read"),
    ],
)
def test_what_is_refused(tmp_path, content, message):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        read_table(path)


def test_missing_file_and_unknown_kind(tmp_path):
    with pytest.raises(CommandError, match=r"there is no such file"):
        read_table(tmp_path / "data.csv")
    with pytest.raises(CommandError, match=r"should end in one of \.csv, "):
        kind_of_file(tmp_path / "data.xlsx")


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    path = tmp_path / "data.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(CommandError, match="needs the package pyarrow"):
        read_table(path)
    with pytest.raises(CommandError, match="needs the package pyarrow"):
        write_table(pd.DataFrame({"a": [1]}), path)


def test_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"when": pd.date_range("2024-01-01", periods=3), "n": [1, 2, 3]})
    write_table(frame, tmp_path / "data.parquet")
    read = read_table(tmp_path / "data.parquet")
    assert read["when"].dtype.kind == "M"
    assert read["n"].tolist() == [1, 2, 3]


def test_dates_are_written_anew(capsys):
    frame = pd.DataFrame(
        {
            "german": ["31.12.2024", None, "1.2.2025 10:30"],
            "slashes": ["2024/12/31", "2025/1/2", "2025/02/03T08:00"],
            "iso": ["2024-12-31", "2025-01-02", None],
            "version": ["1.2.2024", "1.2", "1.2.3"],
            "doubtful": ["01/02/2024", "02/03/2024", "03/04/2024"],
            "n": [1.5, 2.5, None],
        }
    )
    changed = with_iso_dates(frame)
    assert changed["german"].dropna().tolist() == ["2024-12-31", "2025-02-01 10:30"]
    assert changed["slashes"].tolist() == ["2024-12-31", "2025-01-02", "2025-02-03T08:00"]
    same = ["iso", "version", "doubtful", "n"]
    pd.testing.assert_frame_equal(changed[same], frame[same])
    note = capsys.readouterr().err
    assert "'doubtful'" in note
    assert note.count("\n") == 1


def test_near():
    assert near("Size", ["colour", "size"]) == "the nearest: 'size'"
    assert near("q", [f"column {i}" for i in range(10)]).endswith("'column 7' and 2 more")
