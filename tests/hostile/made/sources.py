"""Attacks by text that is no chapter, or hardly one."""

from __future__ import annotations

from hostile.made.world import FIRST, RIGHT, chapter


@chapter
def source_with_an_error() -> bytes:
    """A syntax error.

    Honest: none
    Verdict: all: not loaded
    """
    return b"def double(x:\n    return 2 * x\n"


@chapter
def source_error_in_a_long_line() -> bytes:
    """A syntax error at the end of a line of 900 kB, which a message would show.

    Honest: none
    Verdict: all: not loaded
    """
    return b"x = '" + b"::error::" * 100_000 + b"' ?\n" + RIGHT[FIRST].encode()


@chapter
def source_with_nul() -> bytes:
    """A NUL in the middle.

    Honest: none
    Verdict: all: not loaded
    """
    return RIGHT[FIRST].replace("return", "re\0turn").encode()


@chapter
def source_with_a_mark() -> bytes:
    """A byte order mark, as some editors write it: it is right.

    Honest: double, total
    """
    return b"\xef\xbb\xbf" + RIGHT[FIRST].encode()


@chapter
def source_not_utf8() -> bytes:
    """Bytes that are no UTF-8.

    Honest: none
    Verdict: all: not loaded
    """
    return b"# caf\xe9\n" + RIGHT[FIRST].encode()


@chapter
def source_utf16() -> bytes:
    """UTF-16.

    Honest: none
    Verdict: all: not loaded
    """
    return RIGHT[FIRST].encode("utf-16")


@chapter
def source_in_another_encoding() -> bytes:
    """An encoding of its own, declared as Python wants it: it is right.

    Honest: double, total
    """
    return "# coding: latin-1\n# café\n".encode("latin-1") + RIGHT[FIRST].encode()


@chapter
def source_in_no_encoding() -> bytes:
    """An encoding that does not exist.

    Honest: none
    Verdict: all: not loaded
    """
    return b"# coding: hacked\n" + RIGHT[FIRST].encode()


@chapter
def source_in_bytes_to_bytes() -> bytes:
    """An encoding that turns bytes into bytes, and not into text: a decompressor.

    Honest: none
    Verdict: all: not loaded
    """
    return b"# coding: zlib_codec\n" + RIGHT[FIRST].encode()


@chapter
def source_in_undefined() -> bytes:
    """The encoding that Python has for refusing everything.

    Honest: none
    Verdict: all: not loaded
    """
    return b"# coding: undefined\n" + RIGHT[FIRST].encode()


@chapter
def source_slow_to_decode() -> bytes:
    """An encoding whose decoder takes hours for a megabyte.

    Honest: none
    Verdict: all: not loaded or timed out
    """
    return b"# coding: punycode\n-" + b"a" * 900_000


@chapter
def source_of_five_megabytes() -> bytes:
    """Five megabytes of comment, and then the right answers.

    Honest: none
    Verdict: all: not loaded
    """
    return b"# noise\n" * 650_000 + RIGHT[FIRST].encode()


@chapter
def source_nested_signs() -> bytes:
    """An expression nested a hundred thousand deep, which brings Python's own parser down.

    Honest: none
    Verdict: all: not loaded
    """
    return b"x = " + b"-" * 100_000 + b"1\n" + RIGHT[FIRST].encode()


@chapter
def source_nested_brackets() -> bytes:
    """Brackets in brackets.

    Honest: none
    Verdict: all: not loaded
    """
    return b"x = " + b"[" * 100_000 + b"]" * 100_000 + b"\n" + RIGHT[FIRST].encode()


@chapter
def source_nested_attributes() -> bytes:
    """A chain of a hundred thousand attributes, which is deep for whoever walks through the tree.

    Honest: none
    Verdict: all: not loaded or crashed
    """
    return RIGHT[FIRST].encode() + b"x = double" + b".a" * 100_000 + b"\n"


@chapter
def source_nested_else() -> bytes:
    """Five thousand conditions, each in the other's else: the text is flat, its tree is not.

    Honest: none
    Verdict: all: passed or not loaded or crashed
    """
    return RIGHT[FIRST].encode() + b"if 0:\n    pass\n" + b"elif 0:\n    pass\n" * 5000


@chapter
def source_long_number() -> bytes:
    """A number of nine hundred thousand digits.

    Honest: none
    Verdict: all: not loaded
    """
    return b"x = " + b"9" * 900_000 + b"\n" + RIGHT[FIRST].encode()


@chapter
def source_many_names() -> bytes:
    """Twenty thousand functions with nearly the right name, for whoever would guess which was meant.

    Honest: none
    Verdict: all: not loaded or timed out
    """
    names = (f"double_{'totaltotal' * 2}_{number}" for number in range(20_000))
    return "".join(f"def {name}(x): 0\n" for name in names).encode()


@chapter
def source_folds_constants() -> bytes:
    """Constants that a compiler works out ahead, each larger than the one before.

    Honest: none
    Verdict: all: not loaded or crashed or passed
    """
    return b"x = (" + b" + ".join([b"('x' * 4000)"] * 5000) + b")\ny = ((1,) * 250,) * 250\n" + RIGHT[FIRST].encode()


@chapter
def source_empty() -> bytes:
    """Nothing at all.

    Honest: none
    Verdict: all: not loaded
    """
    return b""


@chapter
def source_of_comments() -> bytes:
    """Nothing but a comment.

    Honest: none
    Verdict: all: not loaded
    """
    return b"# def double(x): return 2 * x\n"


@chapter
def source_old_newlines() -> bytes:
    """Lines that end as they did on machines of 1984: Python reads them.

    Honest: double, total
    """
    return RIGHT[FIRST].replace("\n", "\r").encode()


@chapter
def source_wide_letters() -> bytes:
    """Names in letters that Python takes for the usual ones: it is right.

    Honest: double, total
    """
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "double")
    return RIGHT[FIRST].replace("double", wide).encode()


@chapter
def source_hangs_in_a_long_line() -> bytes:
    """A loop without an end in a line of 180 kB, which a message would show.

    Honest: total
    Verdict: double: timed out
    """
    loop = f"    while True: len('{'::error::' * 20_000}')\n"
    return RIGHT[FIRST].replace("    return 2 * x\n", loop).encode()
