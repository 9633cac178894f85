from check_locks import disagreements, lock_problems, pins

HASH = "    --hash=sha256:" + "0" * 64


def test_a_pin_with_a_hash_is_right():
    assert lock_problems(f"# by hand\nnumpy==2.4.6 ; python_version < '3.12' \\\n{HASH}\n", place="x.lock") == ()


def test_a_pin_without_a_hash_is_named():
    assert lock_problems("numpy==2.4.6\n", place="x.lock") == (
        "x.lock, line 1: has no hash; write the locks with `make lock`.",
    )


def test_a_range_is_no_pin():
    assert lock_problems(f"numpy>=2 \\\n{HASH}\n", place="x.lock") == (
        "x.lock, line 1: is no exact version of a package; write the locks with `make lock`.",
    )


def test_an_address_is_named():
    assert lock_problems("numpy @ https://files.example/numpy.whl\n", place="x.lock") == (
        "x.lock, line 1: holds an address or a path; write the locks with `make lock`.",
    )


def test_a_path_in_a_comment_is_named():
    assert lock_problems("# via -r /home/someone/requirements.in\n", place="x.lock") == (
        "x.lock, line 1: holds an address or a path; write the locks with `make lock`.",
    )


def test_pins_keep_their_markers():
    assert pins(f"numpy==2.4.6 ; python_version < '3.12' \\\n{HASH}\n") == {"numpy==2.4.6 ; python_version < '3.12'"}


def test_another_version_in_the_lock_for_testing_is_named():
    assert disagreements(f"rich==15.0.0 \\\n{HASH}\n", f"rich==14.0.0 \\\n{HASH}\n") == (
        "requirements-dev.lock: lacks rich==15.0.0 of requirements.lock; write both with `make lock`.",
    )


def test_a_pin_may_name_its_extras():
    assert lock_problems(f"coverage[toml]==7.17.3 \\\n{HASH}\n", place="x.lock") == ()
