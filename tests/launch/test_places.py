"""Where a demo's servers keep their data and sockets."""

import os
from pathlib import Path

import pytest

from script.launch.accounts import Account, is_root
from script.launch.checkout import Checkout, Problem
from script.launch.places import Place, place_for

LONGEST_SOCKET = 107  # bytes, the system's limit


def test_every_socket_path_fits_however_deep_the_copy_lies(tmp_path):
    deep = tmp_path / ("kommunens-gemensamma-projektmapp/" * 4)
    deep.mkdir(parents=True)
    for root in (tmp_path, deep):
        sockets = place_for(Checkout(root)).sockets
        assert len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET


def test_two_copies_never_share_a_folder(tmp_path):
    places = []
    for name in ("one", "two"):
        root = tmp_path / ("deep-" * 20) / name
        root.mkdir(parents=True)
        places.append(place_for(Checkout(root)))
    assert places[0].sockets != places[1].sockets
    assert places[0].data != places[1].data


def test_the_folder_of_sockets_is_closed_to_others(place):
    assert place.private(place.sockets).stat().st_mode & 0o077 == 0


def test_a_link_that_somebody_laid_in_the_way_is_refused(tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "target")
    with pytest.raises(Problem, match="belongs to another account"):
        Place(tmp_path, tmp_path / "sockets", None).private(tmp_path / "sockets")


@pytest.mark.skipif(not is_root(), reason="only root runs servers as another account")
def test_as_root_an_existing_database_stays_with_the_account_it_belongs_to(tmp_path):
    database = Checkout(tmp_path).state / "database"
    database.mkdir(parents=True)
    os.chown(database, 12345, 12346)
    assert place_for(Checkout(tmp_path)).account == Account(12345, 12346)


@pytest.mark.skipif(not is_root(), reason="only root runs servers as another account")
def test_as_root_data_goes_elsewhere_when_the_account_may_not_enter_the_project(tmp_path):
    tmp_path.chmod(0o700)
    place = place_for(Checkout(tmp_path))
    assert place.data.parent == Path("/var/lib/kvalitet-demo")
    place.data.rmdir()
