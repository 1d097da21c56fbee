"""What the texts of common exceptions mean to a beginner, in a sentence or two each."""

from __future__ import annotations

import re

from grader.runtime.importing import NOBODY_TYPED

ERRORS = (  # an exception's own text → what it means to a beginner
    (
        NOBODY_TYPED,
        "Nobody types here: `input()` has nobody to ask. Give the value as an argument, or take the line out.",
    ),
    (
        r"same device|two devices|on (?:the )?CPU|tensor for argument.*cpu",
        "Two tensors on different devices met. What your function makes has to be where the others are: `device=` says"
        " so, and `torch.zeros_like(x)` and `x.new_zeros(...)` take the device of x.",
    ),
    (
        r"can't convert .*device type tensor to numpy",
        "NumPy reads the CPU's memory only: bring the tensor to the CPU with `.cpu()` first.",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy knows no gradients: take the tensor out of the graph with `.detach()` first.",
    ),
    (
        r"not compiled with CUDA|No CUDA GPUs|Found no NVIDIA|not linked with support for (?:cuda|mps)",
        "A device is written into the code that this machine does not have. Take it from an argument instead.",
    ),
    (
        r"a leaf Variable that requires grad is being used in an in-place operation",
        "A leaf that requires gradients may only be changed in place under `torch.no_grad()`; where nothing has to"
        " change in place, make a new tensor.",
    ),
    (
        r"grad can be implicitly created only for scalar outputs",
        "`backward()` starts from one number. Reduce to a scalar first, or pass the vector as `gradient=`.",
    ),
    (
        r"element 0 of tensors does not require grad",
        "`backward()` found no graph: nothing in this result was computed from a tensor with `requires_grad=True`.",
    ),
    (
        r"Trying to backward through the graph a second time",
        "A graph is used up by its `backward()`. Compute the forward pass again before each one.",
    ),
    (
        r"can't optimize a non-leaf Tensor|'NoneType' object has no attribute 'zero_'",
        "`.grad` is None until the first `backward()`, and only leaves have one.",
    ),
    (
        r"unsupported operand type\(s\) for .*'NoneType'",
        "Something is None here. `.grad` is None until the first `backward()`, and stays None for a tensor that is"
        " not a leaf.",
    ),
    (
        r"view size is not compatible",
        "`view` cannot lay out a tensor anew whose elements are not in order in memory; `reshape` copies if it must.",
    ),
    (
        r"Boolean value of Tensor with more than one value",
        "`if`, `and` and `or` need one truth value, and a tensor has many. A mask or `torch.where` chooses element by"
        " element, `&` and `|` join conditions, `.any()` and `.all()` make one answer of many.",
    ),
    (
        r"result type \w+ can't be cast to",
        "An in-place operation keeps the dtype of its tensor; make a new tensor where the dtype has to change.",
    ),
    (
        r"same dtype|expected scalar type|dtypes? to (?:match|be the same)",
        "Two dtypes met that do not mix here. A tensor that your function makes is float32 unless told otherwise: give"
        " it `dtype=x.dtype`.",
    ),
    (
        r"could not infer output dtype|Input dtype must be either a floating point",
        "Integers have no mean: convert to a floating-point dtype first.",
    ),
    (
        r"modified by an inplace operation",
        "A tensor that the backward pass needs was changed in place afterwards. Make a new one instead.",
    ),
    (
        r"shapes cannot be multiplied|Expected size for first two dimensions|inconsistent tensor size",
        "In a matrix product the inner sizes must agree: (n, k) times (k, m).",
    ),
    (
        r"must match the size of tensor|doesn't match the broadcast shape",
        "Shapes are lined up from the right; each pair of sizes must be equal, or one of them 1.",
    ),
    (
        r"assigned grad expected to be a Tensor or None",
        "`.grad` can only hold a tensor or None; to clear it, set None or fill the tensor that it holds with zeros.",
    ),
    (
        r"Subtraction, the `-` operator, with (?:two bool tensors|a bool tensor)",
        "Truth values cannot be subtracted. This has to work for tensors of dtype bool as well.",
    ),
    (
        r"does not match the length of the desired ordering|too many indices for tensor|Dimension out of range",
        "The tensor has fewer or more dimensions here than your code counts on. Dimensions counted from the end (-1 is"
        " the last) fit any number of them.",
    ),
    (
        r"index -?\d+ is out of (?:bounds|range)|index out of range",
        "An index is past the end: with n items, the last one has the index n - 1.",
    ),
    (
        r"(?:too many|not enough) values to unpack",
        "There are more or fewer names than values to take apart. A loop over a dict gives its keys alone; `.items()`"
        " gives pairs.",
    ),
    (
        r"only integer tensors of a single element can be converted to an index"
        r"|unsupported operand type\(s\) for \S+ (?:'Tensor' and '(?:list|tuple)'|'(?:list|tuple)' and 'Tensor')",
        "A tensor cannot compute with a Python list. Make a tensor of the list first.",
    ),
    (
        r"unsupported operand type\(s\) for (\S+): '([\w.]+)' and '([\w.]+)'",
        "`{0}` does not work between these two: one is of the type `{1}`, the other of the type `{2}`.",
    ),
    (
        r"'NoneType' object has no attribute '(\w+)'",
        "Something is None where `.{0}` is asked of it. A function without `return` returns None, and so does a"
        " `.grad` that nothing has filled.",
    ),
    (
        r"'builtin_function_or_method' object|'method' object|'function' object",
        "A function stands here without `()`: its name alone is the function itself, not what it returns.",
    ),
    (
        r"'(\w+)' object has no attribute '(\w+)'",
        "An object of the type `{0}` has nothing called `{1}`. Check the spelling, and whether the object is what you"
        " think it is.",
    ),
    (
        r"module '([\w.]+)' has no attribute '(\w+)'",
        "There is no `{1}` in `{0}`. Check the spelling.",
    ),
    (
        r"name '(\w+)' is not defined",
        "Nothing is called `{0}` here. Check the spelling, and whether it is made, or imported, before this line.",
    ),
    (
        r"cannot access local variable '(\w+)'",
        "`{0}` has no value yet on this way through the function: the line that gives it one did not run.",
    ),
    (
        r"'(\w+)' object is not callable",
        "Parentheses call something, and an object of the type `{0}` cannot be called: `x.shape` and `x.dtype`, for"
        " example, are no functions.",
    ),
    (
        r"(?:float |integer )?(?:division|modulo) by zero",
        "A number was divided by 0.",
    ),
    (
        r"must be Tensor, not (\w+)|expected Tensor as element \d+ in argument \d+, but got (\w+)",
        "PyTorch wants a tensor here and got something else.",
    ),
)


def meaning(text: str) -> str:
    """What an exception's text means to a beginner, for the common ones."""
    for pattern, sentence in ERRORS:
        if found := re.search(pattern, text):
            return sentence.format(*found.groups())
    return ""


WARNINGS = (  # PyTorch's own text → what it means to a beginner
    (
        r"\.grad attribute of a Tensor that is not a leaf",
        "You ask for the `.grad` of a tensor that is not a leaf, and it is None: gradients are kept for leaves, the"
        " tensors that you start from. Ask one of those, or call `retain_grad()` on this one before `backward()`.",
    ),
    (
        r"Using a target size .* that is different to the input size",
        "The two tensors that are compared have different shapes, so one was repeated to fit the other: give them the"
        " same shape first.",
    ),
    (
        r"The use of `x\.T` on tensors of dimension other than 2",
        "`.T` turns round all dimensions of a tensor; `.mT` swaps the last two.",
    ),
)


def meaning_of_warnings(warned: tuple[tuple[str, str], ...]) -> str:
    """What PyTorch's warnings of a call mean to a beginner, for those that tell why an answer is wrong."""
    for pattern, sentence in WARNINGS:
        if any(re.search(pattern, text) for _, text in warned):
            return sentence
    return ""
