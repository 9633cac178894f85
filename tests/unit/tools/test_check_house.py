from check_house import module_problems

RIGHT = '"""Knows x."""\n'


def test_a_short_module_that_says_what_it_knows_is_right():
    assert module_problems(f"{RIGHT}def f():\n    return 1\n", place="src/x.py") == ()


def test_a_module_that_does_not_say_what_it_knows_is_named():
    assert module_problems('"""Contains helpers."""\n', place="src/x.py") == (
        'src/x.py: does not begin with """Knows ..."""; say in one line what the module knows.',
    )


def test_a_package_may_describe_itself():
    assert module_problems('"""Bequest decides."""\n', place="src/bequest/__init__.py") == ()


def test_a_module_over_500_lines_is_named():
    assert module_problems(RIGHT + "X = 1\n" * 500, place="src/x.py") == (
        "src/x.py: has 501 lines, at most 500 are allowed; part its two subjects.",
    )


def test_a_function_over_50_lines_is_named():
    assert module_problems(f"{RIGHT}def f():\n" + "    pass\n" * 50, place="src/x.py") == (
        "src/x.py:2: `f` has 51 lines, at most 50 are allowed; give a part a name.",
    )
