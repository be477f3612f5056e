"""Which steps a second start may skip."""

from script.launch.stamps import Stamps, fingerprint


def test_the_fingerprint_follows_contents_and_words_but_not_the_order_of_files(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("one")
    second.write_text("two")
    before = fingerprint([first, second], "mark")
    assert fingerprint([second, first], "mark") == before
    assert fingerprint([first, second], "another mark") != before
    second.write_text("three")
    assert fingerprint([first, second], "mark") != before


def test_a_deleted_file_changes_the_fingerprint(tmp_path):
    file = tmp_path / "a"
    file.write_text("")
    before = fingerprint([file])
    file.unlink()
    assert fingerprint([file]) != before


def test_a_step_is_current_only_with_the_fingerprint_it_was_done_with(tmp_path):
    stamps = Stamps(tmp_path / "folder" / "stamps.json")
    assert not stamps.current("migrate", "1")
    stamps.set("migrate", "1")
    stamps.set("demo", "7")
    assert stamps.current("migrate", "1")
    assert stamps.current("demo", "7")
    assert not stamps.current("migrate", "2")


def test_stamps_cut_short_by_a_crash_make_every_step_due(tmp_path):
    file = tmp_path / "stamps.json"
    file.write_text('{"migrate": "1')
    stamps = Stamps(file)
    assert not stamps.current("migrate", "1")
    stamps.set("migrate", "1")
    assert stamps.current("migrate", "1")
