"""What the texts of PyTorch's exceptions and warnings mean to a beginner, in a sentence or two each."""

from __future__ import annotations

CHANGED_LEAF = (
    "A leaf that requires gradients may only be changed in place under `torch.no_grad()`; where nothing has to change"
    " in place, make a new tensor."
)
NO_GRAPH = (
    "The backward pass found no graph: nothing in this result was computed from a tensor with `requires_grad=True`"
    " while PyTorch was recording; `torch.no_grad()`, `.detach()` and `.item()` keep it from that."
)
TO_NUMPY = "NumPy knows no gradients: take the tensor out of the graph with `.detach()` first."
MATRIX_PRODUCT = (
    "In a matrix product (`@`) the inner sizes must agree: (n, k) times (k, m). Element by element, `*` multiplies."
)
TRUTH_VALUES = "Truth values cannot be subtracted."
LINED_UP = "Shapes are lined up from the right; each pair of sizes must be equal, or one of them 1."

PYTORCH_ERRORS = (  # a pattern of the text → what it means; `{0}` is the pattern's first group
    # ---------------------------------------------------------------- devices
    (
        r"same device|two devices|on (?:the )?CPU|tensor for argument.*cpu|should be either on cpu",
        "Two tensors on different devices met. What your function makes has to be where the others are: `device=` says"
        " so, and `torch.zeros_like(x)` and `x.new_zeros(...)` take the device of x.",
    ),
    (
        r"can't convert .*device type tensor to numpy",
        "NumPy reads the CPU's memory only: bring the tensor to the CPU with `.cpu()` first.",
    ),
    (
        r"not compiled with CUDA|No CUDA GPUs|Found no NVIDIA|not linked with support for (?:cuda|mps)",
        "A device is written into the code that this machine does not have. Take it from an argument instead.",
    ),
    (
        r"Expected one of cpu, cuda.* device type at start of device string: (\w+)",
        "PyTorch knows no device called `{0}`: the names are `cpu`, `cuda`, `mps`, `xpu` and some more.",
    ),
    (
        r"Invalid device string",
        "A text that is handed in as a device has to name one, such as `'cpu'` or `'cuda'`; a dtype is no text:"
        " `torch.int32`, without quotes.",
    ),
    (
        r"failed to unpack the object at pos \d+ with error .*but got (?:torch\.device|str)"
        r"|^(?:ones|zeros|empty|rand|randn|full)\(\) takes \d+ positional arguments? but \d+ w",
        "Only the sizes are given by position here. Everything else has to be named: `device=device`, `dtype=...`.",
    ),
    # ---------------------------------------------------------------- gradients
    (r"Can't call numpy\(\) on Tensor that requires grad", TO_NUMPY),
    (
        r"a leaf Variable that requires grad is being used in an in-place operation"
        r"|is a view and (?:is being|its base or another view of its base has been) modified in-?place"
        r"|cannot resize variables that require grad",
        CHANGED_LEAF,
    ),
    (
        r"grad can be implicitly created only for scalar outputs",
        "`backward()` starts from one number. Reduce to a scalar first, or pass the vector as `gradient=`.",
    ),
    (r"element 0 of tensors does not require grad", NO_GRAPH),
    (
        r"One of the differentiated Tensors does not require grad",
        "`torch.autograd.grad` was asked for the gradient of a tensor without `requires_grad=True`.",
    ),
    (
        r"differentiated Tensors? .*appears to not have been used in the graph",
        "`torch.autograd.grad` was asked for the gradient of a tensor that the result was not computed from: a copy,"
        " or a tensor made anew, is another tensor.",
    ),
    (
        r"Mismatch in shape: grad_output\[\d+\] has a shape",
        "The vector that is handed to `backward()` must have the shape of the tensor that it is called on.",
    ),
    (
        r"Trying to backward through the graph a second time",
        "A graph is used up by its `backward()`. Compute the forward pass again before each one.",
    ),
    (
        r"can't optimize a non-leaf Tensor",
        "`.grad` is None until the first `backward()`, and only leaves have one.",
    ),
    (
        r"[oO]nly Tensors of floating point",
        "Only floating-point tensors can require gradients: whole numbers make an integer tensor. `2.0`, or"
        " `dtype=torch.float32`, makes a float one.",
    ),
    (
        r"you can only change requires_grad flags of leaf variables",
        "Only a leaf can have `requires_grad` switched off. `.detach()` gives a computed tensor without its history.",
    ),
    (
        r"modified by an inplace operation",
        "A tensor that the backward pass needs was changed in place afterwards. Make a new one instead.",
    ),
    (
        r"assigned grad expected to be a Tensor or None",
        "`.grad` can only hold a tensor or None; to clear it, set None or fill the tensor that it holds with zeros.",
    ),
    # ---------------------------------------------------------------- shapes
    (
        r"view size is not compatible",
        "`view` cannot lay out a tensor anew whose elements are not in order in memory; `reshape` copies if it must.",
    ),
    (
        r"shape '\[.*\]' is invalid for input of size (\d+)",
        "A new shape must hold exactly as many elements as there are, and there are {0} here.",
    ),
    (
        r"shapes cannot be multiplied|Expected size for first two dimensions|size mismatch, got input",
        MATRIX_PRODUCT,
    ),
    (
        r"expected tensor .* and src .* to have the same number of elements",
        "Two vectors have a product, by `@` or `torch.dot`, only where they are of the same length.",
    ),
    (
        r"1D tensors expected, but got",
        "`torch.dot` is for two vectors. The product of matrices is `@`.",
    ),
    (
        r"(?:mat2|batch1|batch2|self|input) must be a (?:matrix|3D tensor)|Expected 1-D argument",
        "This function is for tensors with another number of dimensions; `@` takes vectors, matrices and batches.",
    ),
    (
        r"must match the size of tensor|doesn't match the broadcast shape|Attempting to broadcast a dimension",
        LINED_UP,
    ),
    (
        r"expanded size of the tensor .* must match the existing size|cannot be broadcast to indexing result",
        "What is put in, or expanded, does not fit: from the right, each of its sizes must be equal to that of the"
        " place it goes to, or 1.",
    ),
    (
        r"stack expects each tensor to be equal size|Sizes of tensors must match|must have same number of dimensions"
        r"|zero-dimensional tensor .* cannot be concatenated",
        "`torch.stack` joins tensors of one and the same shape along a new dimension; `torch.cat` joins them along one"
        " that they have, and all other sizes must be equal.",
    ),
    (
        r"subscript \w has size|output subscript \w does not appear|number of subscripts in the equation",
        "In an einsum, each letter is one dimension: each tensor has as many letters as dimensions, and a letter stands"
        " for the same size everywhere.",
    ),
    (
        r"does not match the length of the desired ordering|too many indices for tensor|Dimension out of range",
        "The tensor has fewer or more dimensions here than your code counts on. Dimensions counted from the end (-1 is"
        " the last) fit any number of them.",
    ),
    (
        r"0-d tensor|0-dim tensor",
        "A tensor without dimensions holds one number: it has no length, no items and no rows. `x.item()` is its"
        " number.",
    ),
    (
        r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)",
        "An index is out of range: n items have the indices 0 to n - 1, or from the end -1 to -n. Index {0} was asked"
        " for, and dimension {1} has the size {2}.",
    ),
    (
        r"index -?\d+ is out of (?:bounds|range)|index out of range in self|tried to access index",
        "An index is out of range: n items have the indices 0 to n - 1, or from the end -1 to -n.",
    ),
    (
        r"shape of the mask .* does not match",
        "A mask in square brackets needs the shape of what it chooses from: `x[x > 0]`.",
    ),
    (
        r"tensors used as indices must be|Expected dtype int(?:32|64).* for index|only applicable to index tensor"
        r"|only integers, slices",
        "An index has to be a whole number: an int, or a tensor of dtype int64.",
    ),
    (
        r"Index tensor must have the same number of dimensions as input tensor",
        "`gather` needs an index with as many dimensions as the tensor: `unsqueeze` gives it one more.",
    ),
    (
        r"only integer tensors of a single element can be converted to an index",
        "A whole number is needed here, as an index or a count, and this is a tensor that is none: it holds several"
        " numbers, or floats.",
    ),
    # ---------------------------------------------------------------- one number, many numbers
    (
        r"Boolean value of Tensor with more than one value",
        "`if`, `and`, `or` and Python's `max` need one truth value, and a tensor has many. A mask or `torch.where`"
        " chooses element by element, `&` and `|` join conditions, `.any()` and `.all()` make one answer of many.",
    ),
    (
        r"a Tensor with (\d+) elements cannot be converted to Scalar",
        "`.item()` takes the number out of a tensor with one element, and this one has {0}. Compute with the whole"
        " tensor instead.",
    ),
    (
        r"only one element tensors can be converted to Python scalars",
        "One number is needed here, and this tensor has several. `torch.tensor([...])` is for numbers; to put whole"
        " tensors together, use `torch.stack` or `unsqueeze`.",
    ),
    (
        r"unsupported format string passed to Tensor|type Tensor doesn't define __round__",
        "This needs a Python number: `.item()` takes it out of a tensor with one element.",
    ),
    # ---------------------------------------------------------------- dtypes
    (
        r"result type \w+ can't be cast to",
        "An in-place operation keeps the dtype of its tensor; make a new tensor where the dtype has to change.",
    ),
    (
        r"must be torch\.dtype, not str|dtype=str",
        "A dtype is an object and not a text: `torch.int32`, without quotes.",
    ),
    (
        r"^tensor\(\) takes 1 positional argument",
        "`torch.tensor` takes the data by position and nothing else; name the rest: `dtype=...`, `device=...`.",
    ),
    (
        r"same dtype|expected scalar type|dtypes? to (?:match|be the same)|object of scalar type",
        "Two dtypes met that do not mix here. A tensor that your function makes has a dtype of its own, often float32:"
        " `dtype=x.dtype` gives it that of x.",
    ),
    (
        r"could not infer output dtype|Input dtype must be either a floating point|only support floating point",
        "A mean, and what is made of one, needs a floating-point dtype: convert to one first.",
    ),
    (
        r"Subtraction, the `-` operator, with (?:two bool tensors|a bool tensor)",
        TRUTH_VALUES,
    ),
    # ---------------------------------------------------------------- arguments
    (
        r"expected np\.ndarray \(got (\w+)\)",
        "`torch.from_numpy` is for NumPy arrays, and this is of the type `{0}`.",
    ),
    (
        r"must be Tensor, not ([\w.]+)|expected Tensor as element \d+ in argument \d+, but got ([\w.]+)",
        "PyTorch wants a tensor here, and this is of the type `{0}`.",
    ),
    (
        r"argument '(\w+)' (?:\(position \d+\) )?must be (.+), not ([\w.]+)",
        "The argument `{0}` must be {1} here, and it is of the type `{2}`.",
    ),
    (
        r"^new\(\) received an invalid combination of arguments",
        "`torch.Tensor` takes sizes or data and nothing else: `torch.tensor(data, dtype=...)` makes a tensor of data.",
    ),
    (
        r"(?<!\w)(\w+)\(\) received an invalid combination of arguments - got \((.{0,60}?)\), but",
        "`{0}` cannot be called with these arguments ({1}). Its page in the documentation shows which it takes, in"
        " which order and by which names.",
    ),
    (
        r"can't assign a (\w+) to a torch",
        "A {0} cannot be assigned to a part of a tensor. Make a tensor of it first.",
    ),
    (
        r"Could not infer dtype of (\w+)|invalid data type '(\w+)'",
        "A tensor holds numbers and truth values, and something here is neither.",
    ),
    (
        r"expected sequence of length (\d+) at dim \d+ \(got (\d+)\)",
        "The rows of a tensor must all have the same length, and here one has {0} and another {1}.",
    ),
    (
        r"step must be nonzero|bound inconsistent with step sign",
        "`torch.arange` cannot get from its start to its end by steps of this size.",
    ),
)

WARNINGS = (
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
        "`.T` turns round all dimensions of a tensor, and a vector stays as it is; `.mT` swaps the last two.",
    ),
)
