"""Bytes that are no record are refused with a `WireError`, whatever is wrong with them, and nothing else happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from grader.core import wire
from grader.core.errors import WireError
from grader.core.observation import Alias, Case, Gradient, Observation, Raised
from grader.core.values import Array, Device, Given, Items, Mapping, Named, Other
from grader.core.wire import dumps
from grader.runtime.snapshot import look

CPU = torch.device("cpu")

settings.register_profile("wire", max_examples=150, deadline=None, derandomize=True, database=None)
settings.load_profile("wire")

OBSERVATION = Observation(
    returned=Items(
        "tuple",
        (look(torch.arange(6.0).reshape(2, 3).mT, CPU), Mapping((("a", 1.5), (None, 2j))), Other("Tree", "a tree")),
    ),
    raised=Raised("ValueError", ("ValueError", "Exception"), "no"),
    before=(("x", look(torch.ones(2, dtype=torch.complex128), CPU)), ("device", Named("device", "here"))),
    after=(("x", look(torch.ones(2, requires_grad=True), CPU)),),
    gradients=(Gradient("x", cut=True),),
    same_objects=(("result", "x"),),
    aliases=(Alias("result", "x", True, False),),
    printed="loss 0.5\n\ud800",
    calls=("f", "f"),
)
CASE = Case((look(torch.ones(2), CPU), Device(), Given("f", (1,))), seed=3)
VALID = {"observation": dumps(OBSERVATION), "case": dumps(CASE)}


def parts(raw: bytes) -> tuple[Any, bytes]:
    """The JSON tree and the safetensors file of some valid bytes."""
    size = int.from_bytes(raw[:8], "little")
    return json.loads(raw[8 : 8 + size].decode("utf-8", "surrogatepass")), raw[8 + size :]


def joined(text: bytes, arrays: bytes) -> bytes:
    return len(text).to_bytes(8, "little") + text + arrays


def rebuilt(tree: Any, arrays: bytes) -> bytes:
    return joined(json.dumps(tree).encode(), arrays)


def loads(raw: bytes) -> Observation | Case:
    """The record, of whichever kind it is."""
    try:
        return wire.loads(raw, Observation)
    except WireError:
        return wire.loads(raw, Case)


def attempt(raw: bytes) -> Observation | Case | None:
    """The record, or None where the bytes are refused as they should be."""
    try:
        return loads(raw)
    except WireError:
        return None


@pytest.mark.parametrize("kind", VALID)
def test_valid_bytes_are_read(kind: str) -> None:
    """The bytes that the other tests damage are good ones, also when their JSON is written another way."""
    tree, arrays = parts(VALID[kind])
    assert loads(rebuilt(tree, arrays)) == loads(VALID[kind]) == {"observation": OBSERVATION, "case": CASE}[kind]


@pytest.mark.parametrize("kind", VALID)
def test_truncated_bytes_are_refused(kind: str) -> None:
    """Every beginning of a valid record that is not the whole is refused."""
    raw = VALID[kind]
    for end in [*range(0, len(raw), 7), *range(len(raw) - 40, len(raw))]:
        with pytest.raises(WireError):
            loads(raw[:end])


def test_bytes_too_many_are_refused() -> None:
    """Something behind a record is refused."""
    with pytest.raises(WireError):
        loads(VALID["case"] + b"\0")


@given(st.sampled_from(sorted(VALID)), st.data())
def test_corrupted_bytes_are_a_record_or_refused(kind: str, data: st.DataObject) -> None:
    """Bytes changed anywhere give a record (numbers may be others) or a `WireError`, never anything else."""
    raw = bytearray(VALID[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    attempt(bytes(raw))


@given(st.sampled_from(sorted(VALID)), st.data())
def test_cut_and_pasted_bytes_are_a_record_or_refused(kind: str, data: st.DataObject) -> None:
    """A piece taken out, doubled, or put elsewhere gives a record or a `WireError`."""
    raw = VALID[kind]
    a, b = sorted((data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, len(raw)))))
    at = data.draw(st.integers(0, len(raw)))
    attempt(raw[:a] + raw[b:])
    attempt(raw[:at] + raw[a:b] + raw[at:])


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(raw: bytes) -> None:
    """Bytes that never were a record are refused."""
    assert attempt(raw) is None


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["tensor", "complex", "Array", "0", "here"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["tensor", "complex tensor", "complex", "Array", "Device", "Items", "Observation", "Case"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=8,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every node of a JSON tree."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(place for key, inner in pairs for place in places(inner, (*path, key)))]


def replaced(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A JSON tree with another node at a path."""
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = replaced(tree[path[0]], path[1:], value)
    return copy


@given(st.sampled_from(sorted(VALID)), st.data())
@settings(max_examples=300)
def test_any_json_in_any_place_is_a_record_or_refused(kind: str, data: st.DataObject) -> None:
    """Any JSON in the place of any part gives a record that can be written again, or a `WireError`."""
    tree, arrays = parts(VALID[kind])
    path = data.draw(st.sampled_from(places(tree)))
    record = attempt(rebuilt(replaced(tree, path, data.draw(junk)), arrays))
    if record is not None:
        again = loads(dumps(record))
        assert dumps(again) == dumps(record)


def arrays_of(file: bytes) -> bytes:
    """A valid case with another safetensors file."""
    return rebuilt(parts(VALID["case"])[0], file)


def tree_of(kind: str = "observation", **fields: Any) -> bytes:
    """A valid record with other fields."""
    tree, arrays = parts(VALID[kind])
    ((name, inner),) = tree.items()
    return rebuilt({name: {**inner, **fields}}, arrays)


def without(kind: str, field: str) -> bytes:
    """A valid record that lacks a field."""
    tree, arrays = parts(VALID[kind])
    ((_, inner),) = tree.items()
    del inner[field]
    return rebuilt(tree, arrays)


ARRAY = {
    "data": {"tensor": "0"},
    "strides": [1, 3],
    "kind": "tensor",
    "place": "here",
    "requires_grad": False,
    "is_leaf": True,
    "grad": None,
}


NUMBERS = save({"0": torch.ones(3, 2)})


def with_array(**fields: Any) -> bytes:
    """An observation that returns one array, with other fields."""
    tree, _ = parts(dumps(Observation()))
    tree["Observation"]["returned"] = {"Array": {**ARRAY, **fields}}
    return rebuilt(tree, NUMBERS)


A_GRADIENT = {"Gradient": {"where": "", "value": None, "cut": False, "error": ""}}

NESTED = b'{"Items":{"kind":"list","items":[', b"]}}"
REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a length only": lambda: (5).to_bytes(8, "little"),
    "a giant length": lambda: b"\xff" * 8 + VALID["case"][8:],
    "a giant JSON number of digits": lambda: joined(b"1" * 100_000, save({})),
    "JSON nested without end": lambda: joined(b"[" * 100_000, save({})),
    "JSON nested deep": lambda: joined(b"[" * 20_000 + b"]" * 20_000, save({})),
    "records nested deep": lambda: joined(NESTED[0] * 20_000 + b"1" + NESTED[1] * 20_000, save({})),
    "not UTF-8": lambda: joined(b'"\xff\xfe"', save({})),
    "a list": lambda: rebuilt([], save({})),
    "null": lambda: rebuilt(None, save({})),
    "a record that is no observation": lambda: rebuilt({"Device": {"as_text": True}}, save({})),
    "an unknown record": lambda: rebuilt({"Popen": {"args": ["true"]}}, save({})),
    "a class that is no record": lambda: rebuilt({"Path": {}}, save({})),
    "tensors beyond the file": lambda: arrays_of(header({"0": ("F32", [2], [0, 8])}) + bytes(7)),
    "two records at once": lambda: rebuilt({"Device": {"as_text": True}, "Case": {}}, save({})),
    "an empty dict": lambda: rebuilt({}, save({})),
    "a field too many": lambda: tree_of(extra=1),
    "a field too few": lambda: without("case", "arguments"),
    "fields as a list": lambda: rebuilt({"Device": ["as_text"]}, save({})),
    "a list for text": lambda: tree_of(printed=["a"]),
    "a number for text": lambda: tree_of(printed=3),
    "a text for a list": lambda: tree_of(calls="f"),
    "a number among texts": lambda: tree_of(calls=["f", 1]),
    "a triple for a pair": lambda: tree_of(same_objects=[["a", "b", "c"]]),
    "a bool for an int": lambda: tree_of("case", seed=True),
    "a float for an int": lambda: tree_of("case", seed=1.5),
    "a value that is a gradient": lambda: tree_of(returned=A_GRADIENT),
    "a bare list as a value": lambda: tree_of(returned=[1, 2]),
    "a bare tensor as a value": lambda: tree_of(returned={"tensor": "0"}),
    "a tensor that is not there": lambda: with_array(data={"tensor": "99"}),
    "a tensor's name that is a list": lambda: with_array(data={"tensor": ["0"]}),
    "a number for a tensor": lambda: with_array(data=3),
    "too few strides": lambda: with_array(strides=[1]),
    "strides of text": lambda: with_array(strides=["1", "3"]),
    "an unknown kind": lambda: with_array(kind="storage"),
    "a gradient that is no array": lambda: with_array(grad=1.0),
    "complex of one number": lambda: tree_of(returned={"complex": [1.0]}),
    "complex of text": lambda: tree_of(returned={"complex": ["1", "2"]}),
    "complex too large": lambda: tree_of(returned={"complex": [10**400, 0]}),
    "real numbers for a complex tensor": lambda: with_array(data={"complex tensor": "0"}),
    "safetensors that declare too much": lambda: arrays_of(header({"0": ("F32", [2**40], [0, 2**42])})),
    "safetensors of a giant header": lambda: arrays_of((2**60).to_bytes(8, "little") + b"{}"),
    "safetensors with an overflowing shape": lambda: rebuilt(
        parts(VALID["case"])[0], header({"0": ("F32", [2**33, 2**33], [0, 8])}) + bytes(8)
    ),
    "safetensors of another dtype": lambda: arrays_of(header({"0": ("F99", [2], [0, 8])}) + bytes(8)),
    "safetensors that overlap": lambda: rebuilt(
        parts(VALID["case"])[0], header({"0": ("F32", [2], [0, 8]), "1": ("F32", [2], [4, 12])}) + bytes(12)
    ),
}  # fmt: skip


def header(arrays: dict[str, tuple[str, list[int], list[int]]]) -> bytes:
    """The head of a safetensors file that declares these arrays."""
    text = json.dumps(
        {key: {"dtype": dtype, "shape": shape, "data_offsets": ends} for key, (dtype, shape, ends) in arrays.items()}
    ).encode()
    return len(text).to_bytes(8, "little") + text


def test_the_array_that_is_damaged_is_a_good_one() -> None:
    """What the table below damages is read before it is damaged."""
    assert loads(with_array()) == Observation(returned=Array(torch.ones(3, 2), (1, 3)))


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_records_are_refused(name: str) -> None:
    """Each kind of record that `dumps` never writes is a `WireError`."""
    with pytest.raises(WireError) as caught:
        loads(REFUSED[name]())
    assert "\n" not in str(caught.value) or len(str(caught.value)) < 500


def test_an_array_of_bytes_is_not_run() -> None:
    """What is read is data: a tensor comes back as exactly a `torch.Tensor`, contiguous and on the CPU."""
    back = loads(VALID["case"])
    assert isinstance(back, Case)
    assert isinstance(back.arguments[0], Array)
    data = back.arguments[0].data
    assert (type(data), data.device, data.is_contiguous(), data.requires_grad) == (torch.Tensor, CPU, True, False)
