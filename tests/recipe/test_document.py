import pytest

from ct2xkeras.recipe import RecipeError
from ct2xkeras.recipe.document import read_document

TEXT = """\
# a comment
name: a
data:
  ct:
    - one
    - two
  phantoms: {cts: 2,
             xrays: 3}
base: &base {x: 1, y: 2}
other:
  <<: *base
  y: 3
"""


@pytest.fixture
def write(tmp_path):
    def write_bytes(content):
        path = tmp_path / "r.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_bytes


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ((), "2:1"),
        (("name",), "2:1"),
        (("data", "ct", 1), "6:7"),
        (("data", "phantoms", "xrays"), "8:14"),
        (("other", "x"), "9:14"),
        (("other", "y"), "12:3"),
    ],
)
def test_each_field_has_its_line_and_column(field, place, write):
    path = write(TEXT)
    assert read_document(path).place(field) == f"{path}:{place}"


def test_fields_that_are_not_stated_have_no_place(write):
    document = read_document(write(TEXT))
    for field in (("no",), ("name", "x"), ("data", "ct", 2), ("data", "ct", "x"), ("data", 0)):
        assert document.place(field) is None


def test_values_are_plain(write):
    values = read_document(write("\ufeff" + TEXT)).values
    assert values["other"] == {"x": 1, "y": 3}
    assert {type(value) for value in (values, values["data"]["ct"])} == {dict, list}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: a\nname: b", ":2:1: name: stands twice, first in line 1."),
        ("a:\n  - {b: 1, b: 2}\n", ":2:12: a.0.b: stands twice, first in line 2."),
        ("a: &a [*a]\n", ":1:4: a.0: holds itself, by an alias."),
        ("a: !!python/object/apply:os.getcwd []\n", ":1:4: not YAML: could not determine"),
        ("a: [1\n", ":2:1: not YAML:"),
        ("a: 1\n---\nb: 2\n", ":2:1: not YAML: but found another document."),
        ("a: 1\nb: \x01\n", ":2:4: not YAML: unacceptable character"),
        ("", ": expected a mapping of fields, found nothing."),
        ("[1, 2]", ": expected a mapping of fields, found seq."),
        ("just text", ": expected a mapping of fields, found str."),
        (b"\x89PNG\xff", ": expected a YAML text file, found other bytes."),
    ],
)
def test_what_is_no_recipe_file_is_refused_with_its_place(content, message, write):
    path = write(content)
    with pytest.raises(RecipeError) as error:
        read_document(path)
    assert str(error.value).startswith(f"{path}{message}")


def test_all_double_keys_are_named(write):
    with pytest.raises(RecipeError) as error:
        read_document(write("a: 1\na: 2\nb: {c: 1, c: 2}\n"))
    assert [line.split(": ")[1] for line in error.value.problems] == ["a", "b.c"]
