"""What the texts of Python's own exceptions mean to a beginner, in a sentence or two each."""

from __future__ import annotations

PYTHON_ERRORS = (  # a pattern of the text → what it means; `{0}` is the pattern's first group
    (
        r"'NoneType' object has no attribute 'zero_'",
        "`.grad` is None until the first `backward()`, and only leaves have one.",
    ),
    (
        r"unsupported operand type\(s\) for .*'NoneType'",
        "Something is None here. `.grad` is None until the first `backward()`, and stays None for a tensor that is not"
        " a leaf; a function without `return` gives None too.",
    ),
    (
        r"unsupported operand type\(s\) for .*'(?:builtin_function_or_method|method|function)'",
        "A function stands here without `()`: its name alone is the function itself, not what it returns.",
    ),
    (
        r"'torch\.return_types\.(?:max|min|sort|topk|median|nanmedian|mode|kthvalue|cummax|cummin)'",
        "With `dim`, `max`, `min`, `sort` and the like return a pair: the values and their indices. Take `.values`.",
    ),
    (
        r"unsupported operand type\(s\) for .+: (?:'Tensor' and '(?:list|tuple)'|'(?:list|tuple)' and 'Tensor')",
        "A tensor cannot compute with a Python list. Make a tensor of the list first.",
    ),
    (
        r"unsupported operand type\(s\) for (\S+)(?: or pow\(\))?: '([\w.]+)' and '([\w.]+)'",
        "`{0}` does not work between these two: one is of the type `{1}`, the other of the type `{2}`.",
    ),
    (
        r"'NoneType' object has no attribute '(\w+)'",
        "Something is None where `.{0}` is asked of it. A function without `return` returns None, and so does a"
        " `.grad` that nothing has filled.",
    ),
    (
        r"'NoneType' object is not (?:iterable|subscriptable|callable)",
        "Something is None here and should not be. A function without `return` returns None, and so does a method that"
        " only does its work, such as `append`.",
    ),
    (
        r"'builtin_function_or_method' object|'method' object|'function' object",
        "A function stands here without `()`: its name alone is the function itself, not what it returns.",
    ),
    (
        r"'(?:float|int|bool|complex)' object has no attribute '(?:backward|grad|grad_fn|requires_grad_?|retain_grad)'",
        "This is a plain Python number, and only tensors have that. Make a tensor of the number first, with"
        " `requires_grad=True`, and compute with the tensor.",
    ),
    (
        r"'((?:float|int|bool|complex|list|tuple|dict|str|numpy\.ndarray))' object has no attribute '(\w+)'",
        "An object of the type `{0}` has nothing called `{1}`. If you mean a tensor's, make a tensor of it first.",
    ),
    (
        r"'([\w.]+)' object has no attribute '(\w+)'",
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
        r"No module named '([\w.]+)'",
        "There is no module `{0}` here. The exercises need PyTorch and what comes with it; check the spelling.",
    ),
    (
        r"cannot access local variable '(\w+)'",
        "`{0}` has no value yet on this way through the function: the line that gives it one did not run.",
    ),
    (
        r"'([\w.]+)' object is not callable",
        "Parentheses call something, and an object of the type `{0}` cannot be called: `x.shape` and `x.dtype`, for"
        " example, are no functions.",
    ),
    (
        r"'([\w.]+)' object is not subscriptable",
        "Square brackets take something out by an index or a key, and an object of the type `{0}` has neither.",
    ),
    (
        r"'([\w.]+)' object is not iterable",
        "Something that holds items is needed here, as for a loop, and an object of the type `{0}` holds none: to count"
        " up to a number n, go over `range(n)`.",
    ),
    (
        r"cannot unpack non-iterable ([\w.]+) object",
        "Several names stand for one object of the type `{0}`, which cannot be taken apart.",
    ),
    (
        r"(?:too many|not enough) values to unpack",
        "There are more or fewer names than values to take apart. A loop over a dict gives its keys alone; `.items()`"
        " gives pairs.",
    ),
    (
        r"'([\w.]+)' object cannot be interpreted as an integer",
        "A whole number is needed here, and this is of the type `{0}`. `len(x)` and `x.shape[0]` are whole numbers, and"
        " `/` always makes a float, where `//` keeps whole numbers whole.",
    ),
    (
        r"object of type '([\w.]+)' has no len\(\)",
        "An object of the type `{0}` has no length.",
    ),
    (
        r"(list|tuple|string) indices must be integers(?: or slices)?, not '?([\w.]+)",
        "The items of a {0} are asked for by whole numbers, and this is of the type `{1}`.",
    ),
    (
        r"(?:tuple|list) index out of range",
        "A tuple or list has fewer items here than your code counts on; it may even be empty.",
    ),
    (
        r"can only concatenate (\w+) \(not \"([\w.]+)\"\) to",
        "`+` joins a {0} to a {0} only, and the other one is of the type `{1}`.",
    ),
    (
        r"can't multiply sequence by non-int of type '(\w+)'",
        "`*` repeats a list or a text, and does not multiply what is in it. Make a tensor of a list first.",
    ),
    (
        r"(?:float |integer )?(?:division|modulo) by zero",
        "A number was divided by 0.",
    ),
    (
        r"exceptions must derive from BaseException",
        "`raise` needs an exception, such as `ValueError(...)`, not a text or a number.",
    ),
    (
        r"does not support the context manager protocol",
        "`with` needs an object to enter and leave, and this is none: `torch.no_grad()` has parentheses.",
    ),
    (
        r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'",
        "`{0}` knows no argument called `{1}`. Check the spelling, and its page in the documentation.",
    ),
    (
        r"(\w+)(?:\.__init__|>)?\(\) missing \d+ required (?:positional |keyword-only )?arguments?: (?:'|\")(\w+)",
        "`{0}` is called with too few arguments here: `{1}` is missing.",
    ),
    (
        r"could not convert string to float|invalid literal for int",
        "A text cannot be turned into a number here, because it is none.",
    ),
    (
        r"dictionary changed size during iteration",
        "A dict cannot get or lose keys while a loop goes over it. Make a new dict.",
    ),
)
