"""What is private to PyTorch, pytest and Python: it is there, or a sentence or another way is."""

from __future__ import annotations

import os
import warnings
from types import SimpleNamespace

import pytest
import torch

from grader.runtime import _private
from grader.runtime._private import (
    PARTS,
    as_plain_tensors,
    backward,
    has_option,
    lacking,
    print_options,
    raw_environment,
    skipped,
    uncaptured,
    without_failures,
)
from grader.runtime.devices import choose
from grader.runtime.global_state import kept


def test_this_version_has_all_of_it() -> None:
    """Nothing is lost with the PyTorch that the tests run with."""
    assert lacking() == ()
    assert choose(("cpu",)) == (("cpu",), ())


@pytest.mark.parametrize("path", PARTS)
def test_what_is_missing_is_told_in_a_note(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run without a part says so in one sentence, and goes on."""
    monkeypatch.setattr(_private, "has_part", lambda name: name != path)
    assert lacking() == (f"PyTorch {torch.__version__} has no torch.{path}: {PARTS[path]}.",)
    assert choose(("cpu",)) == (("cpu",), lacking())


def test_a_part_is_looked_for_by_its_whole_name() -> None:
    """However deep it lies."""
    assert _private.has_part("_tensor_str.PRINT_OPTS")
    assert not _private.has_part("_tensor_str.NO_SUCH_OPTS")
    assert not _private.has_part("no_such_module.PRINT_OPTS")


# ---------------------------------------------------------------- Python


@pytest.mark.parametrize("private", [True, False])
def test_the_environment_is_put_back(private: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the operating system's own view of it, and by the public one where that is all there is."""
    if not private:
        monkeypatch.setattr("grader.runtime.global_state.raw_environment", lambda: os.environ)
    assert raw_environment() is not None
    before = dict(os.environ)
    with kept():
        os.environ["GRADER_TEST"] = "1"
        os.environ.pop("PATH")
    assert dict(os.environ) == before


def test_warning_filters_are_put_back() -> None:
    """By public means: a module that has warned already warns again where its filter was lifted."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        with kept():
            warnings.simplefilter("ignore")
            warnings.warn("not heard", stacklevel=1)
        assert list(warnings.filters) == before
        with pytest.raises(UserWarning, match="heard"):
            warnings.warn("heard", stacklevel=1)


# ---------------------------------------------------------------- PyTorch


class Odd(torch.Tensor):
    """A tensor whose operations all fail."""

    @classmethod
    def __torch_function__(cls, *args: object, **kwargs: object) -> object:
        raise AssertionError("asked")


def test_a_class_of_its_own_is_not_asked() -> None:
    """Inside, a tensor's own operations are not called; nor does it fail where PyTorch cannot switch them off."""
    odd = torch.ones(2).as_subclass(Odd)
    with as_plain_tensors():
        assert odd.sum().item() == 2.0
    with pytest.raises(AssertionError, match="asked"):
        odd.sum()


@pytest.mark.parametrize("missing", [False, True])
def test_print_options_are_put_back(missing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they can be read; where not, nothing breaks."""
    before = torch.tensor([1 / 3])
    shown = repr(before)
    if missing:
        monkeypatch.delattr(torch._tensor_str, "PRINT_OPTS")
        assert print_options() is None
        with kept():
            pass
        return
    with kept():
        torch.set_printoptions(precision=1)
        assert repr(before) != shown
    assert repr(before) == shown


@pytest.mark.parametrize("missing", [False, True])
def test_gradients_come_either_way(missing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """From PyTorch's engine, and from its public function where the engine has another name."""
    if missing:
        monkeypatch.setattr(_private, "has_part", lambda name: False)
    x, y = torch.tensor([1.0, 2.0], requires_grad=True), torch.ones(2, requires_grad=True)
    first, second = backward([x * x], [torch.tensor([1.0, 10.0])], [x, y])
    assert (first.tolist(), second) == ([2.0, 40.0], None)
    assert x.grad is None


# ---------------------------------------------------------------- pytest


def test_options_of_others_are_seen(pytestconfig: pytest.Config) -> None:
    """An option that pytest has is not given to it twice; a pytest that cannot be asked is given ours."""
    parser = pytestconfig._parser
    assert has_option(parser, "--maxfail", pytest.UsageError)
    assert not has_option(parser, "--no-such-option-anywhere", pytest.UsageError)
    assert not has_option(object(), "--maxfail", pytest.UsageError)


def test_the_rest_of_pytest_may_be_otherwise() -> None:
    """A reporter without that setting, an exception without that argument, no capturing at all."""
    reporter = SimpleNamespace(reportchars="fE")
    without_failures(reporter)
    without_failures(object())
    assert reporter.reportchars == "E"
    assert str(skipped(pytest.skip.Exception, "not begun")) == "not begun"
    assert str(skipped(ValueError, "not begun")) == "not begun"
    with uncaptured(None):
        pass
