"""What is read from a Python file without running it: stubs, what is to do, and errors that name the line."""

from __future__ import annotations

import tokenize
from pathlib import Path

import pytest

from grader.core.errors import SourceError
from grader.course.source import BEGIN, END, entries, exercises_in, read_source, read_text, stub_text

SOLUTION = f'''"""A story."""


def double(x):
    """Twice x."""
    {BEGIN}
    y = x
    if y is None:
        return 0
    return y + x
    {END}


def helper(x):
    return x


def last(x):
    {BEGIN}
    return x[-1]
    {END}
'''

STUB = '''"""A story."""


def double(x):
    """Twice x."""
    raise NotImplementedError


def helper(x):
    return x


def last(x):
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))
'''


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "chapter.py"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# ---------------------------------------------------------------- stubs


def test_stub_replaces_each_marked_answer() -> None:
    """A stub is its solution with `raise NotImplementedError` for each answer; run as a program it checks itself."""
    assert stub_text(SOLUTION, Path("chapter.py")) == STUB


def test_stub_of_a_stub_is_itself() -> None:
    """Text without markers is left alone, and one end is enough."""
    assert stub_text(STUB, Path("chapter.py")) == STUB


def test_what_a_solution_does_as_a_program_stays() -> None:
    """A chapter whose author says what it does when it is run does that."""
    text = 'if __name__ == "__main__":\n    print("mine")\n'
    assert stub_text(text, Path("chapter.py")) == text


def test_exercises_are_the_marked_functions(tmp_path: Path) -> None:
    """The exercises of a solution are the functions with markers, in their order; helpers are none."""
    assert exercises_in(written(tmp_path, SOLUTION)) == ("double", "last")


def test_stub_is_to_do(tmp_path: Path) -> None:
    """Every exercise of a derived stub counts as to do, and none of the solution does."""
    functions = read_source(written(tmp_path, stub_text(SOLUTION, Path("chapter.py")))).functions
    assert [name for name in functions if functions[name].to_do] == ["double", "last"]
    functions = read_source(written(tmp_path, SOLUTION)).functions
    assert not any(function.to_do for function in functions.values())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"a\n{BEGIN}\nb\n{BEGIN}\n{END}\n", 4, "a second"),
        (f"a\n{END}\n", 2, "without a"),
        (f"{BEGIN}\n{END}\n{END}\n", 3, "without a"),
        (f"a\nb\n  {BEGIN}\nc\n", 3, "without an"),
    ],
    ids=["nested", "end alone", "end twice", "never ended"],
)
def test_unpaired_markers_are_refused(text: str, line: int, words: str) -> None:
    """Markers that do not pair are an error with the line of the one that is alone."""
    with pytest.raises(SourceError, match=rf"^chapter\.py:{line}: .*{words}"):
        stub_text(text, Path("chapter.py"))


# ---------------------------------------------------------------- to do


@pytest.mark.parametrize(
    "body",
    [
        "raise NotImplementedError",
        "raise NotImplementedError()",
        'raise NotImplementedError("later")',
        "raise NotImplementedError from None",
        '"""A docstring."""\n    raise NotImplementedError',
        '"""A docstring."""\n    # a comment\n    raise NotImplementedError',
    ],
)
def test_not_begun_is_to_do(body: str, tmp_path: Path) -> None:
    """A body that, docstring aside, only raises NotImplementedError is to do."""
    assert read_source(written(tmp_path, f"def f(x):\n    {body}\n")).functions["f"].to_do


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        '"""Only a docstring."""',
        "return None",
        "raise ValueError",
        "raise",
        "x = 1\n    raise NotImplementedError",
        "raise NotImplementedError\n    return x",
        "if x: raise NotImplementedError",
        "raise x.NotImplementedError",
        "return NotImplementedError",
    ],
)
def test_begun_is_not_to_do(body: str, tmp_path: Path) -> None:
    """Any other body, `pass` and `...` included, counts as an answer."""
    assert not read_source(written(tmp_path, f"def f(x):\n    {body}\n")).functions["f"].to_do


# ---------------------------------------------------------------- what stands in a file


@pytest.mark.parametrize(
    ("parameters", "required", "most", "keywords"),
    [
        ("", 0, 0, ()),
        ("a, b", 2, 2, ()),
        ("a, b=1", 1, 2, ()),
        ("a, /, b", 2, 2, ()),
        ("a, *rest", 1, None, ()),
        ("*rest, **more", 0, None, ()),
        ("a, *, b=1", 1, 1, ()),
        ("a, *, b, c=1, d", 1, 1, ("b", "d")),
    ],
)
def test_parameters_are_counted(
    parameters: str, required: int, most: int | None, keywords: tuple[str, ...], tmp_path: Path
) -> None:
    """How many positional arguments a function takes, at least and at most, and what it wants by name."""
    function = read_source(written(tmp_path, f"def f({parameters}): pass\n")).functions["f"]
    assert (function.required, function.most, function.keywords) == (required, most, keywords)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("def f(): raise NotImplementedError\ndef f(): pass\n", "function"),
        ("def f(): pass\nclass f: pass\n", "class"),
        ("class f: pass\ndef f(): pass\n", "function"),
        ("def f(): raise NotImplementedError\nf = lambda: 1\n", "assignment"),
        ("def f(): raise NotImplementedError\nf: int = 1\n", "assignment"),
        ("def f(): raise NotImplementedError\nfrom os import path as f\n", "import"),
        ("import os.path as f\n", "import"),
        ("f = 1\nasync def f(): pass\n", "function"),
    ],
)
def test_the_last_definition_counts(text: str, kind: str, tmp_path: Path) -> None:
    """Of several definitions of one name the last one counts, as in Python."""
    source = read_source(written(tmp_path, text))
    if kind == "function":
        assert not source.functions["f"].to_do
        assert source.functions["f"].line == text.count("\n")
        assert "f" not in source.others
    else:
        assert source.others["f"] == (text.count("\n"), kind)
        assert "f" not in source.functions


@pytest.mark.parametrize(
    "text", [b"\xef\xbb\xbfdef f(): pass\n", b"def f(): pass\r\n", b"# coding: latin-1\nx = '\xe4'\ndef f(): pass\n"]
)
def test_other_editors_files_are_read(text: bytes, tmp_path: Path) -> None:
    """A byte order mark, Windows's line ends and a declared encoding are read as Python reads them."""
    assert "f" in read_source(written(tmp_path, text)).functions


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_empty_file_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    """An empty file is one sentence, not an exercise missing after the other."""
    with pytest.raises(SourceError, match="is empty"):
        read_source(written(tmp_path, content))


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("text", "line", "shown", "column"),
    [
        ("def f(x):\n    return x +\n", 2, "return x +", None),
        ("def f(x)\n    return x\n", 1, "def f(x)", 8),
        ("x = 1\n\tif x == = 2:\n", 2, None, None),
        ("def f(x):\n    y = (1, 2\n    return y\n", 2, "y = (1, 2", 4),
        ("def f(x):\nreturn x\n", 2, "return x", 0),
    ],
)
def test_syntax_error_shows_line_and_caret(
    text: str, line: int, shown: str | None, column: int | None, tmp_path: Path
) -> None:
    """A syntax error names file and line, and shows the line with a caret below the place."""
    with pytest.raises(SourceError) as caught:
        read_source(written(tmp_path, text))
    lines = str(caught.value).splitlines()
    assert lines[0].startswith(f"chapter.py:{line}: Python cannot read this file: ")
    assert len(lines) == 3
    if shown is not None:
        assert lines[1] == f"    {shown}"
    assert lines[2].strip() == "^"
    if column is not None:
        assert lines[2].index("^") == 4 + column


@pytest.mark.parametrize("text", [b"x = '\xe4'\n", b"def f(): pass\n\xff\xfe", b"# coding: klingon\n"])
def test_not_utf8_is_said(text: bytes, tmp_path: Path) -> None:
    """A file in another encoding is refused with what to do about it."""
    with pytest.raises(SourceError, match=r"^chapter\.py is not UTF-8 text.*Save it"):
        read_source(written(tmp_path, text))


def test_missing_file_is_said(tmp_path: Path) -> None:
    """A file that is not there is named with its whole path."""
    with pytest.raises(SourceError, match=r"chapter\.py is missing: there is no file .*chapter\.py"):
        read_text(tmp_path / "chapter.py")


def test_folder_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    """A folder with a chapter's name is refused in one sentence."""
    (tmp_path / "chapter.py").mkdir()
    with pytest.raises(SourceError, match=r"^chapter\.py cannot be read: "):
        read_source(tmp_path / "chapter.py")


@pytest.mark.parametrize("text", [b"x = 1\0\n", b"(" * 5000 + b")" * 5000, b"x = " + b"-" * 100_000 + b"1"])
def test_what_breaks_the_parser_is_said(text: bytes, tmp_path: Path) -> None:
    """A file that even the parser gives up on is refused like any other."""
    with pytest.raises(SourceError, match=r"^chapter\.py"):
        read_source(written(tmp_path, text))


# ---------------------------------------------------------------- entries

CHECKS = '''
from grader.authoring import Chapter
chapter = Chapter(__file__)

@chapter.exercise(points=3, hints=["a", "b" "c"], read="there", gradient=True)
def double(draw):
    yield 1

@chapter.exercise(hints=())
def last(draw):
    yield 1

@chapter.mistake(double)
def wrong(x):
    """No."""
'''


def test_entries_are_read_without_running(tmp_path: Path) -> None:
    """Points, hints and reading stand in a chapter's checks as literals, and are read as such."""
    found = entries(written(tmp_path, CHECKS))
    assert list(found) == ["double", "last"]
    assert (found["double"].points, found["double"].hints, found["double"].read) == (3, ("a", "bc"), "there")
    assert (found["last"].points, found["last"].hints, found["last"].read) == (1, (), "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("points=TWO, hints=[]", "points of f must be written out"),
        ("points=0, hints=[]", "points of f must be a whole number from 1"),
        ("points=True, hints=[]", "points of f must be a whole number from 1"),
        ("points=1.5, hints=[]", "points of f must be a whole number from 1"),
        ("hints=HINTS", "hints of f must be written out"),
        ("hints='one'", "hints of f must be a list"),
        ("hints=[1]", "hints of f must be a list"),
    ],
)
def test_wrong_entries_are_refused(options: str, words: str, tmp_path: Path) -> None:
    """Points and hints that are no literals, or not what they should be, are an error with the line."""
    with pytest.raises(SourceError, match=rf"^chapter\.py:\d: {words}"):
        entries(written(tmp_path, f"@chapter.exercise({options})\ndef f(draw): yield 1\n"))


@pytest.mark.parametrize(
    "between",
    [
        "# a word about it\n",
        "\n# one (1)\n# def of(x): two\n",
        "@decorated\n",
        '@with_brackets("def f(")\n',
        "    \n",
        "@spread(\n    1,\n    2,\n)  # and a word\n",
    ],
)
def test_what_stands_between_decorator_and_def_is_free(between: str, tmp_path: Path) -> None:
    """Comments, blank lines and other decorators between `@chapter.exercise(...)` and its function change nothing."""
    text = f'X = 1\n@chapter.exercise(points=2, hints=["a (b)", "c"])\n{between}def f(draw):\n    yield 1\n'
    found = entries(written(tmp_path, f"{text}\n@chapter.exercise(hints=[])\nasync def g(draw): yield 2\n"))
    assert list(found) == ["f", "g"]
    assert (found["f"].line, found["f"].points, found["f"].hints) == (2, 2, ("a (b)", "c"))


def test_a_decorator_without_brackets_is_told(tmp_path: Path) -> None:
    """`@chapter.exercise` alone says nothing about hints: the sentence has the line and what to write."""
    with pytest.raises(SourceError, match=r":2: `@chapter.exercise` of f lacks its brackets: write `@chapter.exercise"):
        entries(written(tmp_path, "X = 1\n@chapter.exercise\ndef f(draw): yield 1\n"))


def test_a_broken_decorator_is_told_by_its_line(tmp_path: Path) -> None:
    """A syntax error is told as Python tells it, with the line of the file."""
    with pytest.raises(SourceError, match=":3: Python cannot read this file"):
        entries(written(tmp_path, "X = 1\n@chapter.exercise(\n    points=2 hints=[])\ndef f(draw): yield 1\n"))


def test_a_null_byte_has_no_line(tmp_path: Path) -> None:
    """Where Python gives no line for what it cannot read, none is told."""
    with pytest.raises(SourceError, match=r"^chapter\.py: Python cannot read this file"):
        read_source(written(tmp_path, "x = 1\n\0"))


CODECS = [b"# -*- coding: zlib_codec -*-\n", b"# coding: undefined\n", b"# coding: klingon\n", b"# coding: rot13\n"]


@pytest.mark.parametrize("line", CODECS)
@pytest.mark.parametrize("raised", [None, LookupError("no text"), UnicodeError("undefined encoding"), SyntaxError("x")])
def test_a_codec_that_is_none_for_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, raised: Exception | None
) -> None:
    """A coding line that names something else is told in a sentence, whatever this version of Python makes of it."""

    def detect_encoding(readline: object) -> tuple[str, list[bytes]]:
        assert raised is not None
        raise raised

    if raised is not None:
        monkeypatch.setattr(tokenize, "detect_encoding", detect_encoding)
    with pytest.raises(SourceError, match=r"^chapter\.py is not UTF-8 text\. Save it with the encoding UTF-8"):
        read_text(written(tmp_path, line + b"def f(): pass\n"))


def test_the_line_that_is_no_text(tmp_path: Path) -> None:
    """An editor shows lines, not bytes: the line of the first one that is no text is told."""
    with pytest.raises(SourceError, match=r"is not UTF-8 text \(line 3\)"):
        read_text(written(tmp_path, b"x = 1\ny = 2\n# \xfcber\n"))


@pytest.mark.parametrize("text", ["x = 1\0\n", "\0"])
def test_a_byte_that_no_text_has(tmp_path: Path, text: str) -> None:
    """A file with a null byte has no line that could be named, and none is made up."""
    with pytest.raises(SourceError) as error:
        read_source(written(tmp_path, text))
    assert "None" not in str(error.value)
    assert str(error.value).startswith("chapter.py: Python cannot read this file: ")


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"])
def test_a_conflict_that_git_has_left(tmp_path: Path, mark: str) -> None:
    """A file with both sides of a conflict is told as what it is."""
    with pytest.raises(SourceError, match=r"^chapter\.py:2: Git has left both sides of a conflict here"):
        read_source(written(tmp_path, f"x = 1\n{mark}\nx = 2\n"))
