"""The ledger's formats against published test vectors."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import check_vectors  # noqa: E402  found from the folder of the check

VECTORS = HERE / "data" / "vectors"
COUNTS = {
    "merkle_proof_probes.json": "107/107",
    "rfc6962_reference_tree.json": "12/12",
    "rfc8785_jcs.json": "6/6",
    "signed_note.json": "5/5",
    "tile_paths.json": "11/11",
    "witness_add_checkpoint_conversation.json": "9/9",
}
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
NOTES = json.loads((VECTORS / "signed_note.json").read_text(encoding="utf-8"))["notes"]
PROBE = {"leafIdx": 0, "treeSize": 1, "leafHash": EMPTY, "proof": None, "root": EMPTY}


def written(tmp_path, content):
    path = tmp_path / "vector.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_every_vector_agrees(name, count, capsys):
    assert check_vectors.main([str(VECTORS / name)]) == check_vectors.AGREE
    assert capsys.readouterr().out.splitlines() == [f"{VECTORS / name}: {count}"]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ([{"index": 0, "size": 1, "leaf_hash": EMPTY, "hashes": [], "root": EMPTY}], "1/1"),
        (
            {"proofs": {"x": {"log_index": 0, "tree_size": "1", "leafHash": EMPTY, "path": [], "rootHash": EMPTY}}},
            "1/1",
        ),
        ({"logs": [{"checkpoint": NOTES[0]["text"] + "\n" + NOTES[0]["sigline"], "vkey": NOTES[0]["vkey"]}]}, "1/1"),
        ({"a": {"size": 0, "root": EMPTY, "tiles": {}}}, "1/1"),
        ({"size": 1, "root": EMPTY, "tiles": [{"path": "p/tile/0/000.p/1", "data": EMPTY}]}, "1/1"),
    ],
)
def test_vectors_of_real_logs_are_known_by_their_fields(content, count, tmp_path, capsys):
    assert check_vectors.main([written(tmp_path, content)]) == check_vectors.AGREE
    assert capsys.readouterr().out.strip().endswith(f": {count}")


@pytest.mark.parametrize(
    "content",
    [
        {"probes": {"inclusion": [{**PROBE, "id": "one", "wantErr": True}]}},
        {**PROBE, "root": "00" * 32},
        {"note": NOTES[0]["text"] + "x\n\n" + NOTES[0]["sigline"], "vkey": NOTES[0]["vkey"]},
        {"size": 1, "root": EMPTY, "tiles": {"tile/0/000.p/1": "00" * 32}},
        {"size": 1, "root": EMPTY, "tiles": {"tile/entries/000.p/1": "AAA=", "tile/0/000.p/1": EMPTY}},
        {"cases": [{"name": "x", "input_utf8": "[ 1]", "output_utf8": "[ 1]"}]},
        {"c2sp_index": [{"N": 1, "enc": "1"}]},
        {"sumdb_form": [], "sumdb_invalid": ["tile/8/0/001"]},
        {"c2sp_index": [], "c2sp_tree_256": {"full_level0": 2}},
    ],
)
def test_a_vector_that_does_not_agree_is_a_finding(content, tmp_path, capsys):
    assert check_vectors.main([written(tmp_path, content)]) == check_vectors.DIFFER
    assert "expected" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"rows": 5},
        {**PROBE, "leafHash": "not bytes!"},
        {**PROBE, "treeSize": "x"},
        {**PROBE, "proof": 5},
        {"note": 5, "vkey": "x"},
        {"probes": {"inclusion": [{}]}},
        {"log": {}, "steps": []},
    ],
)
def test_a_file_of_no_known_shape_is_told_and_the_others_still_run(content, tmp_path, capsys):
    good = tmp_path / "good.json"
    shutil.copy(VECTORS / "rfc8785_jcs.json", good)
    assert check_vectors.main([written(tmp_path, content), str(good)]) == check_vectors.BAD_FILE
    assert capsys.readouterr().out == f"{good}: 6/6\n"


def test_a_file_that_cannot_be_read_is_told(tmp_path, capsys):
    assert check_vectors.main([str(tmp_path / "none.json")]) == check_vectors.BAD_FILE
    assert "cannot be read" in capsys.readouterr().err


def test_without_a_path_the_use_is_told(capsys):
    assert check_vectors.main([]) == check_vectors.BAD_FILE
    assert "usage" in capsys.readouterr().err
