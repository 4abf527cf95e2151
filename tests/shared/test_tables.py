"""Reading tables as offices send them."""

import csv
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belvedere.shared import tables
from belvedere.shared.errors import BadInput

WORD = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="�"), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(WORD.filter(str.strip), WORD, WORD), max_size=8), st.sampled_from(",;\t")
)
def test_what_was_written_is_read_again(tmp_path, rows, separator):
    out = StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    path = tmp_path / "t.csv"
    path.write_bytes(out.getvalue().encode())
    read = tables.read(path, ["a", "b", "c"])
    assert [tuple(row.values.values()) for row in read.rows] == [
        tuple(each.strip() for each in row) for row in rows
    ]


def test_a_quoted_line_end_belongs_to_its_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,"due\nrighe"\n3,4\n')
    first, second = tables.read(path, ["a", "b"]).rows
    assert (first.line, first.values["b"]) == (2, "due\nrighe")
    assert (second.line, second.values["a"]) == (4, "3")


def test_a_heading_that_names_a_column_twice_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,a\n1,2,3\n")
    with pytest.raises(BadInput) as error:
        tables.read(path, ["a", "b"])
    assert error.value.field == "a"


def test_utf_16_is_told_how_to_be_saved(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16"))
    with pytest.raises(BadInput, match="UTF-8"):
        tables.read(path, ["a", "b"])
