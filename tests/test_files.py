import pytest

from ct2xkeras.files import append_json_line, replacing, write_text


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "good")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        fail()
    assert path.read_text() == "good"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_missing_folders_are_made(tmp_path):
    write_text(tmp_path / "x" / "y.txt", "text")
    assert (tmp_path / "x" / "y.txt").read_text() == "text"


def test_a_line_of_json_begins_anew_where_a_kill_cut_the_last_one_off(tmp_path):
    path = tmp_path / "log.jsonl"
    append_json_line(path, {"a": 1})
    path.write_text(path.read_text() + '{"b": ')
    for value in (2, 3):
        append_json_line(path, {"a": value})
    assert path.read_text() == '{"a": 1}\n{"b": \n{"a": 2}\n{"a": 3}\n'
