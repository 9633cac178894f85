from __future__ import annotations

from generate_elas_policy import DATA, TARGET, main, policy_text

import bequest

POLICY = bequest.policy("eurotransplant/elas@elas-2016")


def ids(sequence):
    """Return tier and layer of each class of a sequence, in order."""
    (found,) = [entry for entry in POLICY.sequences if entry.id == sequence]
    return [entry.id.removeprefix(f"{sequence}-") for entry in found.listings[0].classes]


def test_the_shipped_file_is_what_the_script_writes():
    assert TARGET.read_text(encoding="utf-8") == policy_text()


def test_the_script_writes_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("generate_elas_policy.TARGET", tmp_path / "elas.yaml")
    main()
    assert (tmp_path / "elas.yaml").read_text(encoding="utf-8") == policy_text()


def test_every_kind_of_donor_has_a_sequence():
    assert len(POLICY.sequences) == 23
    assert (DATA / "elas_tiers.csv").exists()


def test_tiers_and_layers_fall_from_the_first_class_to_the_last():
    for sequence in POLICY.sequences:
        places = [(each[0], int(each[1:])) for each in ids(sequence.id)]
        assert places == sorted(places, reverse=True)
        assert len(set(places)) == len(places)


def test_what_nobody_reaches_is_marked_as_the_source_has_it():
    every = [entry for sequence in POLICY.sequences for entry in sequence.listings[0].classes]
    marked = {entry.id for entry in every if entry.shadowed_in_source}
    assert marked == {"hu-child-b10", "split-d4", "split-d3", "split-d1", "split-d0", "split-a5", "split-a2"}


def test_grown_german_donors_have_five_classes():
    assert ids("de-grown") == ["e0", "d0", "b2", "b1", "b0"]
