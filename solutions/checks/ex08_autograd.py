"""Chapter 8: cases, hints, likely mistakes and other right answers."""

import torch

from grader.authoring import Chapter, Draw

chapter = Chapter(__file__)

AUTOGRAD = ["autograd", "backward", "func", "grad"]
"""What an answer names that lets autograd work: `backward()`, `torch.autograd.grad`, `torch.func.vjp`, …"""


# ---------------------------------------------------------------- slope_of_parabola


@chapter.exercise(
    points=1,
    hints=[
        "Autograd records tensors. What must the number become first, and what must be switched on?",
        "After `y.backward()`, where is the derivative: at y, or at the tensor that y was computed from?",
        "`.item()` turns a tensor with one element into a Python number.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html",
)
def slope_of_parabola(draw: Draw):
    yield 2.0
    yield 0.0
    yield -3.0
    yield 0.5
    yield draw.number(1, 10)
    yield draw.number(-100, -10)
    yield draw.number(10, 100)


chapter.way(
    slope_of_parabola,
    uses=AUTOGRAD,
    sentence=(
        "This chapter is about autograd, and your function works the derivative out by itself: let `backward()` do"
        " it once."
    ),
)


@chapter.mistake(slope_of_parabola)
def a_tensor(x):
    """The number is right, but it is a tensor. `.item()` takes the Python number out of it."""
    t = torch.tensor(x, requires_grad=True)
    (t**2 + 3 * t + 1).backward()
    return t.grad


@chapter.mistake(slope_of_parabola, written=r"autograd\.grad\(")
def a_tuple(x):
    """`torch.autograd.grad` returns a tuple, with one gradient for each input. There is one here: take it out of
    the tuple, and the number out of it with `.item()`."""
    t = torch.tensor(x, requires_grad=True)
    return torch.autograd.grad(t**2 + 3 * t + 1, t)


@chapter.mistake(slope_of_parabola)
def item_of_a_tuple(x):
    """`torch.autograd.grad` returns a tuple, with one gradient for each input. There is one here: take it out of
    the tuple, and the number out of it with `.item()`."""
    t = torch.tensor(x, requires_grad=True)
    return torch.autograd.grad(t**2 + 3 * t + 1, t).item()


@chapter.mistake(slope_of_parabola)
def the_value(x):
    """You returned y itself. Its derivative is in `.grad` of the tensor that you started from, after
    `y.backward()`."""
    t = torch.tensor(x, requires_grad=True)
    y = t**2 + 3 * t + 1
    y.backward()
    return y.item()


@chapter.mistake(slope_of_parabola)
def records_nothing(x):
    """PyTorch recorded nothing. It follows a tensor that was made with `requires_grad=True` (another spelling has
    no effect), and what is computed from it outside of `torch.no_grad()`."""
    t = torch.tensor(x)
    (t**2 + 3 * t + 1).backward()
    return t.grad.item()


@chapter.mistake(slope_of_parabola)
def y_of_a_number(x):
    """What you call `backward()` on is a plain number. Make a tensor of x first, with `requires_grad=True`, and
    compute y from that tensor."""
    y = x**2 + 3 * x + 1
    y.backward()
    return y.grad


@chapter.mistake(slope_of_parabola)
def records_a_number(x):
    """x is a Python number, and only a tensor can be recorded. Make one of it first: `torch.tensor` takes
    `requires_grad=True` as well."""
    x.requires_grad = True
    (x**2 + 3 * x + 1).backward()
    return x.grad


@chapter.mistake(slope_of_parabola)
def records_a_number_by_method(x):
    """x is a Python number, and only a tensor can be recorded. Make one of it first: `torch.tensor` takes
    `requires_grad=True` as well."""
    x.requires_grad_()
    (x**2 + 3 * x + 1).backward()
    return x.grad


@chapter.mistake(slope_of_parabola, written=r"\A(?![\s\S]*(backward\(|autograd))")
def no_backward(x):
    """`.grad` is None because no gradient has been computed yet. Computing y only records the graph;
    `backward()` walks back through it."""
    t = torch.tensor(x, requires_grad=True)
    t**2 + 3 * t + 1
    return t.grad.item()


@chapter.mistake(slope_of_parabola)
def grad_of_another_tensor(x):
    """What you take `.item()` of is None. `backward()` gives nothing back; it fills `.grad` of the leaf: the
    tensor made with `requires_grad=True` that the result was computed from."""
    t = torch.tensor(x, requires_grad=True)
    y = t**2 + 3 * t + 1
    y.backward()
    return y.grad.item()


@chapter.mistake(slope_of_parabola, written=r"return \w+\.grad\b")
def returns_grad_of_another_tensor(x):
    """The tensor that you ask has None in its `.grad`. `backward()` fills that of the leaf: the tensor made with
    `requires_grad=True` that the result was computed from, not the result."""
    t = torch.tensor(x, requires_grad=True)
    y = t**2 + 3 * t + 1
    y.backward()
    return y.grad


@chapter.mistake(slope_of_parabola)
def backward_twice(x):
    """Your result is twice the slope. Each backward pass adds to `.grad`: one pass is enough, and what it leaves
    there needs no factor."""
    t = torch.tensor(x, requires_grad=True)
    y = t**2 + 3 * t + 1
    y.backward(retain_graph=True)
    y.backward()
    return t.grad.item()


@chapter.mistake(slope_of_parabola)
def square_only(x):
    """This is 2x, the slope of x² alone. y is the whole sum: build all of it from the recorded tensor before you
    call `backward()`."""
    t = torch.tensor(x, requires_grad=True)
    (t**2 + 3 * x + 1).backward()
    return t.grad.item()


@chapter.mistake(slope_of_parabola)
def small_step(x):
    """A difference over a small step only comes near the slope. Autograd knows the exact rule for every
    operation: let it work the derivative out."""
    step = 1e-3
    y = x**2 + 3 * x + 1
    return ((x + step) ** 2 + 3 * (x + step) + 1 - y) / step


@chapter.right(slope_of_parabola)
def by_the_rules(x):
    return 2 * x + 3


@chapter.right(slope_of_parabola)
def by_autograd_grad(x):
    t = torch.tensor([x], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(t * t + 3 * t + 1, t)
    return slope.item()


@chapter.right(slope_of_parabola)
def by_func(x):
    return float(torch.func.grad(lambda t: t**2 + 3 * t + 1)(torch.tensor(x)))


@chapter.right(slope_of_parabola)
def by_functional(x):
    return torch.autograd.functional.jacobian(lambda t: t**2 + 3 * t + 1, torch.tensor(x)).item()


@chapter.right(slope_of_parabola)
def by_parts(x):
    t = torch.tensor(x).requires_grad_()
    (t**2).backward()
    (3 * t + 1).backward()
    return t.grad.tolist()


chapter.equivalent(
    slope_of_parabola,
    "y = t ** 2 + 3 * t + 1 → y = t ** 2 + 3 * t - 1",
    "y = t ** 2 + 3 * t + 1 → y = (t ** 2 + 3 * t) * 1",
    "y = t ** 2 + 3 * t + 1 → y = t ** 2 + 3 * t + 2",
    "y = t ** 2 + 3 * t + 1 → y = t ** 2 + 3 * t + 0",
    "y = t ** 2 + 3 * t + 1 → y = t ** 2 + 3 * t + -1",
    "y = t ** 2 + 3 * t + 1 → y = t ** 2 + 3 * t",
    reason="A constant moves the parabola up or down; its slope stays.",
)


# ---------------------------------------------------------------- partial_derivatives


@chapter.exercise(
    points=1,
    hints=[
        "Both numbers may move. How many tensors have to be recorded?",
        "One backward pass fills `.grad` of every leaf that the result depends on.",
        "Two numbers come back, a's first. Are yours Python numbers?",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/autograd.html",
)
def partial_derivatives(draw: Draw):
    yield 2.0, 1.0
    yield 3.0, 3.0
    yield 0.0, 2.0
    yield -1.0, 4.0
    yield draw.number(1, 5), draw.number(-5, -1)
    yield draw.number(-20, -5), draw.number(5, 20)


chapter.way(
    partial_derivatives,
    uses=AUTOGRAD,
    sentence=(
        "This chapter is about autograd, and your function works the derivatives out by itself: let one"
        " `backward()` find both."
    ),
)


@chapter.mistake(partial_derivatives)
def b_first(a, b):
    """Both derivatives are right, but in the wrong order: the one by a comes first."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a**2 * b + b**3).backward()
    return b.grad.item(), a.grad.item()


@chapter.mistake(partial_derivatives)
def two_tensors(a, b):
    """The numbers are right, but they are tensors. `.item()` takes the Python number out of each."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a**2 * b + b**3).backward()
    return a.grad, b.grad


@chapter.mistake(partial_derivatives, written=r"\A(?=[\s\S]*backward\()(?!([\s\S]*requires_grad){2})")
def one_leaf_only(a, b):
    """One `.grad` is still None: you switched recording on for one of the numbers only, so PyTorch took the
    other for a constant."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b)
    (a**2 * b + b**3).backward()
    return a.grad.item(), b.grad.item()


@chapter.mistake(partial_derivatives, written=r"\A(?![\s\S]*(backward\(|autograd))")
def no_backward_at_all(a, b):
    """`.grad` is None because no gradient has been computed yet. Computing y only records the graph; `backward()`
    walks back through it."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    a**2 * b + b**3
    return a.grad.item(), b.grad.item()


@chapter.mistake(partial_derivatives)
def a_grad_is_none(a, b):
    """What you take `.item()` of is None. `backward()` gives nothing back; it fills `.grad` of each tensor that
    was made with `requires_grad=True` and that the result was computed from."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    y = a**2 * b + b**3
    y.backward()
    return y.grad.item(), b.grad.item()


@chapter.mistake(partial_derivatives)
def adds_up(a, b):
    """Your second derivative is twice what it should be: each backward pass adds to `.grad`. One pass fills both
    `.grad`s."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    y = a**2 * b + b**3
    y.backward(retain_graph=True)
    by_a = a.grad.item()
    y.backward()
    return by_a, b.grad.item()


@chapter.mistake(partial_derivatives)
def both_twice(a, b):
    """Both derivatives are twice what they should be: each backward pass adds to `.grad`. One pass fills both,
    and what it leaves there needs no factor."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    y = a**2 * b + b**3
    y.backward(retain_graph=True)
    y.backward()
    return a.grad.item(), b.grad.item()


@chapter.mistake(partial_derivatives)
def adds_the_first(a, b):
    """Your second number has the first one in it. The derivative by b is what `b.grad` holds, and nothing is to
    be added to that."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a**2 * b + b**3).backward()
    return a.grad.item(), a.grad.item() + b.grad.item()


@chapter.mistake(partial_derivatives)
def graph_used_up(a, b):
    """The graph is used up by its first backward pass, so a second one raises an error. You need only one: it
    fills `.grad` of both leaves."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    y = a**2 * b + b**3
    return torch.autograd.grad(y, a)[0].item(), torch.autograd.grad(y, b)[0].item()


@chapter.mistake(partial_derivatives)
def first_term_only(a, b):
    """Your derivative by b misses the part that comes from b³. Both terms belong to the one number that you
    call `backward()` on."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a**2 * b + b.detach() ** 3).backward()
    return a.grad.item(), b.grad.item()


@chapter.mistake(partial_derivatives)
def one_tensor(a, b):
    """You returned one tensor with both numbers in it. A tuple of two Python numbers is asked for."""
    both = torch.tensor([a, b], requires_grad=True)
    (both[0] ** 2 * both[1] + both[1] ** 3).backward()
    return both.grad


@chapter.mistake(partial_derivatives)
def sum_of_both(a, b):
    """You return the sum of the two derivatives. They are asked for side by side: first the one by a, then the
    one by b."""
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a**2 * b + b**3).backward()
    return a.grad.item() + b.grad.item()


@chapter.mistake(partial_derivatives)
def y_of_numbers(a, b):
    """What you call `backward()` on is a plain number. Make a tensor with `requires_grad=True` of a and of b
    first, and compute with these two."""
    y = a**2 * b + b**3
    y.backward()
    return a.grad, b.grad


@chapter.right(partial_derivatives)
def by_rules(a, b):
    return 2 * a * b, a**2 + 3 * b**2


@chapter.right(partial_derivatives)
def by_one_leaf(a, b):
    both = torch.tensor([a, b], requires_grad=True)
    (both[0] ** 2 * both[1] + both[1] ** 3).backward()
    return tuple(both.grad.tolist())


@chapter.right(partial_derivatives)
def by_grad_function(a, b):
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (a, b)]
    gradients = torch.autograd.grad(leaves[0] ** 2 * leaves[1] + leaves[1] ** 3, leaves)
    return [gradient.item() for gradient in gradients]


@chapter.right(partial_derivatives)
def by_func_grad(a, b):
    gradient = torch.func.grad(lambda a, b: a * a * b + b * b * b, argnums=(0, 1))
    by_a, by_b = gradient(torch.tensor(a), torch.tensor(b))
    return float(by_a), float(by_b)


@chapter.right(partial_derivatives)
def term_by_term(a, b):
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a**2 * b).backward()
    (b**3).backward()
    return a.grad.item(), b.grad.item()


# ---------------------------------------------------------------- graph_nodes


@chapter.exercise(
    points=3,
    hints=[
        "Breadth first: what was found first is looked at first. Does a stack do that, or a queue?",
        "A node may be the input of several others. Remember which nodes (not which names) you have met.",
        "`node.next_functions` holds pairs; the node is the first part of each and may be None.",
    ],
    ignore=r"^.*::",  # `node.name()` spells some with their C++ namespace
    read="https://docs.pytorch.org/docs/stable/generated/torch.autograd.graph.Node.next_functions.html",
)
def graph_nodes(draw: Draw):
    def leaf(*shape: int):
        return draw.on_cpu(draw.parameter(draw.integers(*shape, low=1, high=5)))

    yield draw.given("double", leaf(2))  # the number 2 needs no gradient: a None
    yield draw.given("sum_of_squares", leaf(3))  # one leaf twice
    yield draw.given("weighted_sum", leaf(2), leaf(2))  # two leaves, and their nodes have one name
    yield draw.given("six_times", leaf(1))  # two nodes of one name, one behind the other
    yield draw.given("uneven_paths", leaf(2), leaf(2))  # breadth first differs from depth first
    yield draw.given("shared_middle", leaf(2))
    yield draw.given("short_and_long_way", leaf(1))
    yield leaf(2)  # a leaf has no grad_fn
    yield draw.on_cpu(draw.integers(2))  # and nothing was recorded here
    yield draw.given("mixed_cubic", leaf(2, 3))


def walk(z, *, take=0, skip_leaves=False, by_name=False, once=True, nones=False, only_first=False):
    """The graph of z, with a flaw if one is asked for."""
    waiting = [z.grad_fn] if z.grad_fn is not None else []
    names, met = [], list(waiting)
    while waiting:
        node = waiting.pop(take)
        names.append(type(node).__name__)
        if node is None:
            continue
        for parent, _ in node.next_functions[:1] if only_first else node.next_functions:
            if parent is None:
                if nones:
                    waiting.append(parent)
                continue
            if skip_leaves and type(parent).__name__ == "AccumulateGrad":
                continue
            known = type(parent).__name__ in [type(n).__name__ for n in met] if by_name else parent in met
            if once and known:
                continue
            met.append(parent)
            waiting.append(parent)
    return names


def trip(z, *, once=True, place=None):
    """The graph of z, with an error at the first None."""
    names, waiting, met = [], [z.grad_fn], [z.grad_fn]
    while waiting:
        node = waiting.pop(0)
        names.append(type(node).__name__)
        parents = [parent for parent, _ in node.next_functions if not once or parent not in met]
        met += parents
        at = len(waiting) if place is None else place
        waiting[at:at] = parents
    return names


@chapter.mistake(graph_nodes)
def depth_first(z):
    """You followed one input to its end before you looked at the next: that is depth first. For breadth
    first, take the node that has waited longest."""
    names, met = [], []

    def visit(node):
        if node is None or node in met:
            return
        met.append(node)
        names.append(type(node).__name__)
        for parent, _ in node.next_functions:
            visit(parent)

    visit(z.grad_fn)
    return names


@chapter.mistake(graph_nodes)
def last_in_first_out(z):
    """You walk the inputs from right to left and in depth: the node that came last is looked at first, as `pop()`
    takes it. Take the one that came first."""
    return walk(z, take=-1)


@chapter.mistake(graph_nodes)
def repeats_nodes(z):
    """You listed a node once for each way that leads to it. Remember the nodes that you have met, and pass
    over them."""
    return walk(z, once=False)


@chapter.mistake(graph_nodes)
def depth_first_with_repeats(z):
    """You listed a node once for each way that leads to it, and in depth. Breadth first, take the node that has
    waited longest, and pass over those that you have met."""
    names = []

    def visit(node):
        if node is not None:
            names.append(type(node).__name__)
            for parent, _ in node.next_functions:
                visit(parent)

    visit(z.grad_fn)
    return names


@chapter.mistake(graph_nodes)
def each_name_once(z):
    """You took nodes of the same name for the same node. Two leaves have two AccumulateGrad nodes: compare
    the nodes, not their names."""
    return walk(z, by_name=True)


@chapter.mistake(graph_nodes)
def each_name_once_in_depth(z):
    """You took nodes of the same name for the same node, and went in depth. Two leaves have two AccumulateGrad
    nodes: compare nodes, and take the one that came first."""
    names, waiting = [], [z.grad_fn] if z.grad_fn is not None else []
    while waiting:
        node = waiting.pop()
        if type(node).__name__ not in names:
            names.append(type(node).__name__)
            waiting += [parent for parent, _ in node.next_functions if parent is not None]
    return names


@chapter.mistake(graph_nodes)
def without_leaves(z):
    """You left the AccumulateGrad nodes out. They belong to the leaves, where gradients are collected, and
    are part of the graph."""
    return walk(z, skip_leaves=True)


@chapter.mistake(graph_nodes)
def lists_none(z):
    """An input that needs no gradient has None for a node. It is no node: pass over it."""
    return walk(z, nones=True)


@chapter.mistake(graph_nodes)
def trips_over_none(z):
    """None came where you count on a node: an input that needs no gradient has None for one, and so has a z
    without a graph. Pass over it."""
    return trip(z)


@chapter.mistake(graph_nodes)
def trips_over_none_by_a_loop(z):
    """None came where you count on a node: an input that needs no gradient has None for one, and so has a z
    without a graph. Pass over it."""
    return trip(z, once=False)


@chapter.mistake(graph_nodes)
def trips_over_none_in_depth(z):
    """None came where you count on a node: an input that needs no gradient has None for one, and so has a z
    without a graph. Pass over it."""
    return trip(z, once=False, place=0)


@chapter.mistake(graph_nodes)
def trips_over_none_inside(z):
    """None came where you count on a node: an input that needs no gradient has None for one, and so has a z
    without a graph. Pass over it."""
    return trip(z) if z.grad_fn is not None else []


@chapter.mistake(graph_nodes)
def pairs_for_nodes(z):
    """`next_functions` holds pairs of a node and a number. You took such a pair, which is a tuple, for the node:
    take it apart first."""
    names, waiting = [], [z.grad_fn] if z.grad_fn is not None else []
    while waiting:
        node = waiting.pop(0)
        names.append(type(node).__name__)
        waiting += node.next_functions
    return names


@chapter.mistake(graph_nodes)
def pairs_for_nodes_from_none_too(z):
    """`next_functions` holds pairs of a node and a number. You took such a pair, which is a tuple, for the node:
    take it apart first."""
    names, waiting = [], [z.grad_fn]
    while waiting:
        node = waiting.pop(0)
        names.append(type(node).__name__)
        waiting += node.next_functions
    return names


@chapter.mistake(graph_nodes)
def first_input_only(z):
    """You followed only the first input of every node. `next_functions` has a pair for each input."""
    return walk(z, only_first=True)


@chapter.mistake(graph_nodes)
def one_chain(z):
    """A leaf's node has an empty `next_functions`, so there is no first pair to take. And a node with several
    inputs has as many pairs: go through all of them."""
    names, node = [], z.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0]
    return names


@chapter.mistake(graph_nodes)
def one_level(z):
    """You stop one step behind `z.grad_fn`. The nodes that you find there have `next_functions` too: go on until
    the leaves."""
    if z.grad_fn is None:
        return []
    parents = [parent for parent, _ in z.grad_fn.next_functions if parent is not None]
    return [type(node).__name__ for node in (z.grad_fn, *dict.fromkeys(parents))]


@chapter.mistake(graph_nodes)
def leaves_out_the_start(z):
    """The node that you start from is missing: `z.grad_fn` is part of the graph and comes first."""
    return walk(z)[1:]


@chapter.mistake(graph_nodes)
def needs_a_graph(z):
    """A tensor without a graph has no node: its `grad_fn` is None, and None has no `next_functions`. The list
    is empty then."""
    names, waiting, met = [], [z.grad_fn], [z.grad_fn]
    while waiting:
        node = waiting.pop(0)
        names.append(type(node).__name__)
        for parent, _ in node.next_functions:
            if parent is not None and parent not in met:
                met.append(parent)
                waiting.append(parent)
    return names


@chapter.mistake(graph_nodes)
def nodes_not_names(z):
    """You list the nodes themselves. What is asked for are their names: `type(node).__name__` of each."""
    found = [z.grad_fn] if z.grad_fn is not None else []
    for node in found:
        found += [parent for parent, _ in node.next_functions if parent is not None and parent not in found]
    return found


@chapter.mistake(graph_nodes)
def asks_the_tensor(z):
    """A tensor has no `next_functions`: its node has. Start from `z.grad_fn`."""
    return [type(node).__name__ for node, _ in z.next_functions]


@chapter.right(graph_nodes)
def by_levels(z):
    level = [z.grad_fn] if z.requires_grad and z.grad_fn is not None else []
    names, met = [], set()
    while level:
        following = []
        for node in level:
            if node in met:
                continue
            met.add(node)
            names.append(type(node).__name__)
            following += [parent for parent, _ in node.next_functions if parent is not None]
        level = following
    return names


@chapter.right(graph_nodes)
def by_a_dict(z):
    names = {}
    waiting = [z.grad_fn]
    while waiting:
        node, *waiting = waiting
        if node is not None and node not in names:
            names[node] = node.__class__.__name__
            waiting += [parent for parent, _ in node.next_functions]
    return list(names.values())


@chapter.right(graph_nodes)
def by_node_names(z):
    found = [] if z.grad_fn is None else [z.grad_fn]
    for node in found:
        for parent, _ in node.next_functions:
            if parent and all(parent is not other for other in found):
                found.append(parent)
    return [node.name() for node in found]


chapter.equivalent(graph_nodes, "no_grad", reason="It only looks at a graph that is there already.")


# ---------------------------------------------------------------- vector_jacobian_product


def points_to_differentiate(draw: Draw):
    """(name of a function, x) for the two exercises with Jacobians."""
    yield "squares", torch.tensor([1.0, 2.0, 3.0])
    yield "neighbour_products", torch.tensor([1.0, 2.0, 3.0])  # fewer results than numbers
    yield "running_totals", torch.tensor([1.0, -2.0, 3.0])  # square, but not symmetric
    yield "mean_square", draw.integers(4, low=1)  # one result
    yield "squares", draw.integers(1, low=1)
    used = draw.parameter(draw.integers(3, low=1), grad=draw.integers(3, low=1))
    yield "running_totals", used  # a leaf that has a gradient already
    yield "neighbour_products", draw.normal(10)[::2]
    yield "sines_and_exponentials", draw.normal(5)  # more results than numbers
    yield "running_totals", draw.parameter(draw.normal(8, dtype=torch.float64))


@chapter.exercise(
    points=3,
    also=["unchanged"],
    hints=[
        "x must stay as it is. Can you work with another tensor that has the same numbers?",
        "`x.detach()` is a tensor of its own, without a history; recording can be switched on for it.",
        "Backward is a vector times J already. Which argument of `torch.autograd.grad` takes the vector?",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html",
)
def vector_jacobian_product(draw: Draw):
    results = {"neighbour_products": lambda n: n - 1, "mean_square": lambda n: 1}
    results["sines_and_exponentials"] = lambda n: 2 * n
    for name, x in points_to_differentiate(draw):
        m = results.get(name, lambda n: n)(len(x))
        v = torch.tensor([1.0, 10.0, 100.0, 1000.0])[:m] if m <= 4 else draw.normal(m, dtype=x.dtype)
        yield draw.given(name), x, v


chapter.way(
    vector_jacobian_product,
    uses=AUTOGRAD,
    sentence=(
        "This chapter is about autograd, and your function does without it: try it once with `torch.autograd.grad`."
    ),
)


@chapter.mistake(vector_jacobian_product)
def on_x_itself(f, x, v):
    """x is not as it was: it requires gradients now, or its `.grad` has changed. Work with a detached tensor of
    the same numbers."""
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(f(x), x, v)
    x.grad = gradient
    return gradient


@chapter.mistake(vector_jacobian_product)
def records_x(f, x, v):
    """x is not as it was: it requires gradients now, or its `.grad` has changed. Work with a detached tensor of
    the same numbers."""
    x.requires_grad_()
    return torch.autograd.grad(f(x), x, v)[0]


@chapter.mistake(vector_jacobian_product)
def backward_through_x(f, x, v):
    """x is not as it was: it requires gradients now, or its `.grad` has changed. Work with a detached tensor of
    the same numbers."""
    x.requires_grad_()
    f(x).backward(v)
    return x.grad


@chapter.mistake(vector_jacobian_product)
def all_ones(f, x, v):
    """You did not use v: summing the outputs (or a vector of ones) weighs all of them alike. v says how much
    each output counts."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(x).sum(), x)
    return gradient


@chapter.mistake(vector_jacobian_product)
def all_alike(f, x, v):
    """You did not use v: the mean of the outputs weighs all of them alike. v says how much each output counts."""
    leaf = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf).mean(), leaf)
    return gradient


@chapter.mistake(vector_jacobian_product)
def jacobian_times_vector(f, x, v):
    """You computed J v, the matrix times the vector. Here the vector stands on the left, vᵀJ: it weighs the
    rows of J, one for each output."""
    return chapter.solution.jacobian(f, x) @ v


@chapter.mistake(vector_jacobian_product)
def one_by_one(f, x, v):
    """This is the gradient of the sum, times v, number by number. That is right only where each output depends on
    just one number of x."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(x).sum(), x)
    return gradient * v


@chapter.mistake(vector_jacobian_product)
def weighted_twice(f, x, v):
    """You weigh with v twice: the backward pass has taken it in already, and so its result is not to be
    multiplied by it again."""
    leaf = x.detach().requires_grad_()
    f(leaf).backward(v)
    return leaf.grad * v


@chapter.mistake(vector_jacobian_product)
def one_number_for_all(f, x, v):
    """You handed over a single number where a vector is wanted: one weight for each output, in the shape of f(x). That
    is what v is."""
    leaf = x.detach().clone().requires_grad_()
    f(leaf).backward(torch.ones((), dtype=x.dtype, device=x.device))
    return leaf.grad


@chapter.mistake(vector_jacobian_product)
def without_a_vector(f, x, v):
    """`backward()` and `torch.autograd.grad` by themselves start from a single number only. Where f has several
    outputs, they have to be told how much each of them counts: hand over v."""
    x = x.detach().requires_grad_()
    f(x).backward()
    return x.grad


@chapter.mistake(vector_jacobian_product)
def x_is_not_recorded(f, x, v):
    """x need not require gradients, and then nothing is recorded. Make a tensor of the same numbers that
    does."""
    (gradient,) = torch.autograd.grad(f(x), x, grad_outputs=v)
    return gradient


@chapter.mistake(vector_jacobian_product)
def backward_without_recording(f, x, v):
    """x need not require gradients, and then nothing is recorded. Make a tensor of the same numbers that does."""
    f(x).backward(v)
    return x.grad


@chapter.mistake(vector_jacobian_product)
def detaches_alone(f, x, v):
    """Nothing is recorded: `.detach()` gives a tensor that does not require gradients, until `.requires_grad_()`
    switches that on; and under `torch.no_grad()` no graph is kept."""
    leaf = x.detach()
    f(leaf).backward(v)
    return leaf.grad


@chapter.mistake(vector_jacobian_product)
def clone_of_a_leaf(f, x, v):
    """What is computed from a tensor that requires gradients is no leaf, and `.clone()` is such a step: its
    `.grad` stays None, and the gradient lands in x. Detach first."""
    copy = x.clone().requires_grad_()
    f(copy).backward(v)
    return copy.grad


@chapter.mistake(vector_jacobian_product, on="accelerator")
def leaf_lost_by_moving(f, x, v):
    """You switched recording on before moving. `.to(device)` to another device is an operation, so its result
    is no leaf and its `.grad` stays None. Move first."""
    leaf = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True).to(x.device)
    f(leaf).backward(v)
    return leaf.grad


@chapter.mistake(vector_jacobian_product, on="accelerator")
def leaf_on_the_cpu(f, x, v):
    """This works on the CPU only: the tensor that you made anew is there, while v is elsewhere. `x.detach()`
    stays on x's device."""
    leaf = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
    (gradient,) = torch.autograd.grad((f(leaf) * v).sum(), leaf)
    return gradient


@chapter.mistake(vector_jacobian_product, written=r"autograd\.grad\(")
def the_whole_tuple(f, x, v):
    """`torch.autograd.grad` returns a tuple, with one gradient for each input. Here there is one input: take the
    first out of it."""
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf, v)


@chapter.mistake(vector_jacobian_product)
def a_tuple_of_one(f, x, v):
    """Your result is a tuple with the gradient in it. Take it out: a tensor of shape (n,) is asked for."""
    leaf = x.detach().requires_grad_()
    f(leaf).backward(v)
    return (leaf.grad,)


@chapter.mistake(vector_jacobian_product)
def outputs_and_product(f, x, v):
    """You return two things, the outputs of f and vᵀJ. Asked for is the second alone."""
    return torch.autograd.functional.vjp(f, x.detach(), v)


@chapter.mistake(vector_jacobian_product, written=r"return \w+\.grad\b")
def grad_of_the_outputs(f, x, v):
    """The tensor that you ask has None in its `.grad`: `backward()` fills that of the leaf, the tensor that f was
    given, and not that of a result."""
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    y.backward(v)
    return y.grad


@chapter.right(vector_jacobian_product)
def by_backward(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).backward(gradient=v)
    return leaf.grad


@chapter.right(vector_jacobian_product)
def by_a_scalar(f, x, v):
    leaf = x.detach().requires_grad_()
    (f(leaf) @ v).backward()
    return leaf.grad


@chapter.right(vector_jacobian_product)
def by_functional_vjp(f, x, v):
    _, gradient = torch.autograd.functional.vjp(f, x.detach(), v)
    return gradient


@chapter.right(vector_jacobian_product)
def by_func_vjp(f, x, v):
    _, pull_back = torch.func.vjp(f, x.detach())
    return pull_back(v)[0]


@chapter.right(vector_jacobian_product)
def by_the_jacobian(f, x, v):
    return v @ chapter.solution.jacobian(f, x)


@chapter.right(vector_jacobian_product)
def output_by_output(f, x, v):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    return sum(v[i] * torch.autograd.grad(y[i], leaf, retain_graph=True)[0] for i in range(len(y)))


chapter.equivalent(vector_jacobian_product, "detached", reason="The result is not differentiated again.")


# ---------------------------------------------------------------- jacobian


@chapter.exercise(
    points=3,
    also=["unchanged"],
    hints=[
        "One backward pass gives one row. How many rows are there, and what do you differentiate for row i?",
        "All outputs share one graph, and a backward pass uses it up, unless you say otherwise.",
        "Collect the rows and stack them. Gradients that you left in a `.grad` would add up from row to row.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html",
)
def jacobian(draw: Draw):
    for name, x in points_to_differentiate(draw):
        yield draw.given(name), x


def rows_of(f, x):
    """The rows of the Jacobian, one by one."""
    x = x.detach().requires_grad_()
    return [torch.autograd.grad(output, x, retain_graph=True)[0] for output in f(x)]


chapter.way(
    jacobian,
    uses=AUTOGRAD,
    sentence=(
        "This chapter is about autograd, and your function does without it: try it once with `torch.autograd.grad`."
    ),
)


@chapter.mistake(jacobian)
def columns_for_rows(f, x):
    """Your result is the transpose: it has a column for each output. The outputs of f count the rows."""
    return torch.stack(rows_of(f, x), dim=1)


@chapter.mistake(jacobian)
def sum_of_rows(f, x):
    """You differentiated the sum of all outputs, which gives the sum of all rows. Each output needs a
    backward pass of its own."""
    return sum(rows_of(f, x))


@chapter.mistake(jacobian)
def rows_add_up(f, x):
    """Each of your rows has the rows before it added in, because `.grad` adds up over backward passes. Clear
    it after each row, or use `torch.autograd.grad`."""
    x = x.detach().requires_grad_()
    rows = []
    for output in f(x):
        output.backward(retain_graph=True)
        rows.append(x.grad.clone())
    return torch.stack(rows)


@chapter.mistake(jacobian)
def the_same_grad_each_time(f, x):
    """All your rows are the last one: `.grad` is one tensor that changes in place, and a list that holds it
    several times shows what it holds in the end. Keep a clone of each row."""
    x = x.detach().requires_grad_()
    rows = []
    for output in f(x):
        if x.grad is not None:
            x.grad.zero_()
        output.backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


@chapter.mistake(jacobian)
def one_grad_for_all(f, x):
    """All your rows are alike: `.grad` is one tensor, which each pass adds to, and a list that holds it several
    times shows the sum in the end. Clear it before each pass and keep clones."""
    x = x.detach().requires_grad_()
    rows = []
    for output in f(x):
        output.backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


@chapter.mistake(jacobian, written=r"zero_\(\)")
def cleared_afterwards(f, x):
    """Your rows were cleared after you had taken them: `x.grad` in a list is the same tensor that `zero_()` fills
    with zeros. Keep a clone of each row, or clear by `x.grad = None`."""
    x = x.detach().requires_grad_()
    rows = []
    for output in f(x):
        output.backward(retain_graph=True)
        rows.append(x.grad)
        x.grad.zero_()
    return torch.stack(rows)


@chapter.mistake(jacobian)
def one_pass_per_graph(f, x):
    """The first backward pass used the graph up, and all outputs share it. Keep it with `retain_graph=True`,
    or compute f anew for each row."""
    x = x.detach().requires_grad_()
    return torch.stack([torch.autograd.grad(output, x)[0] for output in f(x)])


@chapter.mistake(jacobian)
def vector_for_one_output(f, x):
    """With a single output, your result has lost the dimension of the rows, as `squeeze` takes it away. It is a
    matrix also then: shape (1, n)."""
    rows = torch.stack(rows_of(f, x))
    return rows.squeeze(0)


@chapter.mistake(jacobian)
def diagonal_only(f, x):
    """You put the gradient of the sum on a diagonal. That is right only if output i depends on x[i] alone;
    here the numbers of x mix."""
    return torch.diag(sum(rows_of(f, x)))


@chapter.mistake(jacobian)
def touches_x(f, x):
    """x is not as it was: it requires gradients now, or its `.grad` has changed. Work with a detached tensor of
    the same numbers."""
    rows = rows_of(f, x)
    x.requires_grad_()
    x.grad = rows[-1]
    return torch.stack(rows)


@chapter.mistake(jacobian)
def switches_x_on(f, x):
    """x is not as it was: it requires gradients now, or its `.grad` has changed. Work with a detached tensor of
    the same numbers."""
    x.requires_grad_()
    return torch.stack([torch.autograd.grad(output, x, retain_graph=True)[0] for output in f(x)])


@chapter.mistake(jacobian)
def nothing_recorded(f, x):
    """x need not require gradients, and then nothing is recorded. Make a tensor of the same numbers that
    does."""
    return torch.stack([torch.autograd.grad(output, x, retain_graph=True)[0] for output in f(x)])


@chapter.mistake(jacobian)
def backward_through_x_itself(f, x):
    """x need not require gradients, and then nothing is recorded. Make a tensor of the same numbers that does."""
    rows = []
    for output in f(x):
        x.grad = None
        output.backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


@chapter.mistake(jacobian)
def never_switches_on(f, x):
    """Nothing is recorded: `.detach()` gives a tensor that does not require gradients, until `.requires_grad_()`
    switches that on; and under `torch.no_grad()` no graph is kept."""
    x = x.detach()
    return torch.stack([torch.autograd.grad(output, x, retain_graph=True)[0] for output in f(x)])


@chapter.mistake(jacobian, on="accelerator")
def filled_in_on_the_cpu(f, x):
    """The numbers are right, but the matrix is on the CPU: what `torch.zeros` or `torch.tensor` makes is there
    unless you say `device=x.device`."""
    rows = rows_of(f, x)
    result = torch.zeros(len(rows), len(x), dtype=x.dtype)
    for i, row in enumerate(rows):
        result[i] = row
    return result


@chapter.mistake(jacobian)
def as_many_rows_as_numbers(f, x):
    """You go through as many rows as x has numbers. f may have more outputs or fewer, and they count the rows."""
    x = x.detach().requires_grad_()
    y = f(x)
    return torch.stack([torch.autograd.grad(y[i], x, retain_graph=True)[0] for i in range(len(x))])


@chapter.mistake(jacobian)
def as_many_unit_vectors_as_numbers(f, x):
    """You go through as many rows as x has numbers. f may have more outputs or fewer, and they count the rows: a
    vector for one of them is shaped like f(x)."""
    x = x.detach().requires_grad_()
    y = f(x)
    units = torch.eye(len(x), dtype=x.dtype, device=x.device)
    return torch.stack([torch.autograd.grad(y, x, unit, retain_graph=True)[0] for unit in units])


@chapter.mistake(jacobian, on="accelerator")
def unit_vectors_on_the_cpu(f, x):
    """A vector that you make here is on the CPU, while x and f(x) are elsewhere: give it `device=x.device`."""
    x = x.detach().requires_grad_()
    y = f(x)
    units = torch.eye(len(y), dtype=x.dtype)
    return torch.stack([torch.autograd.grad(y, x, unit, retain_graph=True)[0] for unit in units])


@chapter.mistake(jacobian)
def rows_in_a_line(f, x):
    """Your rows stand one behind the other in a single dimension, as `torch.cat` joins them. `torch.stack` puts
    them one below the other, into a matrix."""
    return torch.cat(rows_of(f, x))


@chapter.mistake(jacobian)
def a_list_of_rows(f, x):
    """You return a list with the rows in it. `torch.stack` makes one matrix of them."""
    return rows_of(f, x)


@chapter.mistake(jacobian)
def tuples_for_rows(f, x):
    """What you collect are tuples: `torch.autograd.grad` returns one, with a gradient for each input. Take the
    first out of it before you stack the rows."""
    x = x.detach().requires_grad_()
    return torch.stack([torch.autograd.grad(output, x, retain_graph=True) for output in f(x)])


@chapter.mistake(jacobian, written=r"torch\.tensor\(")
def a_tensor_of_rows(f, x):
    """`torch.tensor` makes tensors of numbers and cannot put rows together that are tensors already.
    `torch.stack` does that."""
    return torch.tensor(rows_of(f, x))


@chapter.mistake(jacobian)
def all_outputs_at_once(f, x):
    """A backward pass starts from a single number, and f has several outputs. Take them one by one: the gradient
    of each is one row."""
    x = x.detach().requires_grad_()
    f(x).backward()
    return x.grad


@chapter.mistake(jacobian)
def all_outputs_by_grad(f, x):
    """A backward pass starts from a single number, and f has several outputs. Take them one by one: the gradient
    of each is one row."""
    x = x.detach().requires_grad_()
    return torch.autograd.grad(f(x), x)


@chapter.right(jacobian)
def by_functional_jacobian(f, x):
    return torch.autograd.functional.jacobian(f, x.detach())


@chapter.right(jacobian)
def by_unit_vectors(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    units = torch.eye(len(y), dtype=y.dtype, device=y.device)
    return torch.stack([torch.autograd.grad(y, leaf, unit, retain_graph=True)[0] for unit in units])


@chapter.right(jacobian)
def by_clearing(f, x):
    leaf = x.detach().clone().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        leaf.grad = None
        f(leaf)[i].backward()
        rows.append(leaf.grad)
    return torch.stack(rows)


@chapter.right(jacobian)
def by_jacrev(f, x):
    return torch.func.jacrev(f)(x.detach())


@chapter.right(jacobian)
def by_own_products(f, x):
    m = len(f(x.detach()))
    result = torch.zeros(m, len(x), dtype=x.dtype, device=x.device)
    for i in range(m):
        v = torch.zeros(m, dtype=x.dtype, device=x.device)
        v[i] = 1
        result[i] = chapter.solution.vector_jacobian_product(f, x, v)
    return result


chapter.equivalent(jacobian, "detached", reason="The result is not differentiated again.")
chapter.equivalent(
    jacobian,
    "…[0] for output in y] → …[-1] for output in y]",
    reason="`torch.autograd.grad` returns one gradient here: the first is the last.",
)


# ---------------------------------------------------------------- accumulated_gradients


@chapter.exercise(
    points=2,
    hints=[
        "What does a backward pass do with a gradient that is in `.grad` already?",
        "`.grad` goes on changing after you have looked at it. Take down the number, not the tensor.",
        "Between the second and the third moment, clear `.grad`; build x³ anew for each backward pass.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.grad.html",
)
def accumulated_gradients(draw: Draw):
    yield 2.0
    yield 1.0
    yield -3.0
    yield 0.5
    yield draw.number(1, 4)
    yield draw.number(-9, -2)


chapter.way(
    accumulated_gradients,
    uses=AUTOGRAD,
    sentence=(
        "This chapter is about autograd, and your function does without it: let three `backward()` fill `.grad`,"
        " and watch it."
    ),
)


@chapter.mistake(accumulated_gradients)
def never_clears(x):
    """Your third number still has the earlier gradients in it, because a backward pass adds to what is there.
    Clear `.grad` before the last one: set it to None, or call `zero_()`."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3, 3):
        (leaf**power).backward()
        seen.append(leaf.grad.item())
    return seen


@chapter.mistake(accumulated_gradients)
def always_clears(x):
    """Your second number is the gradient of x³ alone: you cleared `.grad`, or took a new leaf, too early. The
    second one comes on top of the first."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3, 3):
        leaf.grad = None
        (leaf**power).backward()
        seen.append(leaf.grad.item())
    return seen


@chapter.mistake(accumulated_gradients)
def keeps_the_tensor(x):
    """All three numbers are the last one: you kept `.grad` itself, one tensor that later passes change in
    place. Take the number out at once, with `.item()`."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3, 3):
        if len(seen) == 2:
            leaf.grad.zero_()
        (leaf**power).backward()
        seen.append(leaf.grad)
    return [gradient.item() for gradient in seen]


@chapter.mistake(accumulated_gradients)
def keeps_the_tensors(x):
    """All three are one tensor, `.grad`, which later passes change in place. Take the number out of it at once,
    with `.item()`."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3, 3):
        if len(seen) == 2:
            leaf.grad.zero_()
        (leaf**power).backward()
        seen.append(leaf.grad)
    return seen


@chapter.mistake(accumulated_gradients)
def keeps_the_tensor_up_to_clearing(x):
    """Your first number is the second one: you kept `.grad` itself, one tensor that the next pass adds to. Take
    the number out at once, with `.item()`."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3, 3):
        if len(seen) == 2:
            leaf.grad = None
        (leaf**power).backward()
        seen.append(leaf.grad)
    return [gradient.item() for gradient in seen]


@chapter.mistake(accumulated_gradients)
def keeps_the_tensors_up_to_clearing(x):
    """The first two are one tensor, `.grad`, which the second pass adds to. Take the number out of it at once,
    with `.item()`."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3, 3):
        if len(seen) == 2:
            leaf.grad = None
        (leaf**power).backward()
        seen.append(leaf.grad)
    return seen


@chapter.mistake(accumulated_gradients)
def list_of_tensors(x):
    """The numbers are right, but they are tensors. Python numbers are asked for: `.item()`."""
    return [torch.tensor(value) for value in (2 * x, 2 * x + 3 * x**2, 3 * x**2)]


@chapter.mistake(accumulated_gradients)
def looks_after_clearing(x):
    """Your third number is 0: that is `.grad` right after clearing. A backward pass from x³ comes before the
    third look."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3):
        (leaf**power).backward()
        seen.append(leaf.grad.item())
    leaf.grad.zero_()
    return [*seen, leaf.grad.item()]


@chapter.mistake(accumulated_gradients)
def adds_by_hand(x):
    """Your second number counts x² twice: its gradient is in `.grad` already, so the second backward pass
    starts from x³ alone."""
    leaf = torch.tensor(x, requires_grad=True)
    (leaf**2).backward()
    first = leaf.grad.item()
    (leaf**2 + leaf**3).backward()
    second = leaf.grad.item()
    leaf.grad = None
    (leaf**3).backward()
    return [first, second, leaf.grad.item()]


@chapter.mistake(accumulated_gradients)
def powers_of_a_number(x):
    """What you call `backward()` on is a plain number. Compute the powers from the leaf, the tensor that you made
    of x."""
    leaf = torch.tensor(x, requires_grad=True)
    (x**2).backward()
    return [leaf.grad.item()] * 3


@chapter.mistake(accumulated_gradients)
def two_moments(x):
    """One number is missing. After the second moment, clear `.grad`, run one more backward pass from x³, and look
    a third time."""
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for power in (2, 3):
        (leaf**power).backward()
        seen.append(leaf.grad.item())
    return seen


@chapter.right(accumulated_gradients)
def by_formula(x):
    return [2 * x, 2 * x + 3 * x**2, 3 * x**2]


@chapter.right(accumulated_gradients)
def by_none(x):
    leaf = torch.tensor([x], dtype=torch.float64, requires_grad=True)
    seen = []
    for power in (2, 3, None, 3):
        if power is None:
            leaf.grad = None
            continue
        leaf.pow(power).backward()
        seen += leaf.grad.tolist()
    return seen


@chapter.right(accumulated_gradients)
def by_clones(x):
    leaf = torch.tensor(x).requires_grad_()
    torch.autograd.backward(leaf * leaf)
    first = leaf.grad.clone()
    torch.autograd.backward(leaf * leaf * leaf)
    second = leaf.grad.clone()
    leaf.grad = torch.zeros_like(leaf)
    torch.autograd.backward(leaf * leaf * leaf)
    return torch.stack([first, second, leaf.grad]).tolist()


# ---------------------------------------------------------------- micro_batch_gradient


def added_up(w, batches):
    """The size of what is summed up in a gradient, as the scale of its rounding errors."""
    total = sum(len(y) for _, y in batches)
    size = w.detach().abs()
    return sum(float((2 * X.abs().mT @ (X.abs() @ size + y.abs())).max()) for X, y in batches) / total


@chapter.exercise(
    points=3,
    also=["mutation"],
    scale=added_up,
    hints=[
        "If every batch is divided by its own size, does each example count the same in the end?",
        "`backward()` adds to `w.grad`. So each batch can contribute its share without your doing anything.",
        "Count all examples first. Then each batch's loss is its sum of squares, divided by that count.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/amp_examples.html#gradient-accumulation",
)
def micro_batch_gradient(draw: Draw):
    def batch(n: int, d: int, dtype: torch.dtype = torch.float32):
        return draw.integers(n, d, low=1, high=5, dtype=dtype), draw.integers(n, dtype=dtype)

    one = torch.tensor([[1.0, 2.0]]), torch.tensor([3.0])
    three = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]]), torch.tensor([0.0, 1.0, 1.0])
    yield draw.parameter(torch.tensor([1.0, 2.0])), [one, three]
    yield draw.parameter(torch.tensor([2.0])), [batch(1, 1), batch(2, 1)]
    yield draw.parameter(draw.integers(3)), [batch(3, 3), batch(1, 3), batch(4, 3)]
    yield draw.parameter(draw.integers(2)), [batch(4, 2)]  # all in one batch
    yield draw.parameter(draw.integers(1)), [batch(1, 1)]
    sizes = (7, 20, 3, 10)
    yield draw.parameter(draw.normal(5)), [(draw.normal(5, n).mT, draw.normal(n)) for n in sizes]
    yield (
        draw.parameter(draw.normal(4, dtype=torch.float64)),
        [(draw.normal(n, 4, dtype=torch.float64), draw.normal(n, dtype=torch.float64)) for n in (2, 9)],
    )


def with_losses(w, losses):
    """The gradient that adds up in w.grad from some losses."""
    for loss in losses:
        loss.backward()
    return w.grad


chapter.way(
    micro_batch_gradient,
    uses=AUTOGRAD,
    sentence=(
        "This chapter is about autograd, and your function does without it: let `backward()` add the gradients up once."
    ),
)


@chapter.mistake(micro_batch_gradient)
def mean_of_means(w, batches):
    """You took the mean of each batch, then the mean of these, so examples of small batches count for more.
    Divide each batch's sum by the number of *all* examples."""
    return with_losses(w, [((X @ w - y) ** 2).mean() / len(batches) for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def sum_of_means(w, batches):
    """You added up the means of the batches. Each batch contributes its *sum* of squares, divided by the
    number of all examples."""
    return with_losses(w, [((X @ w - y) ** 2).mean() for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def sum_of_sums(w, batches):
    """Your gradient is too large by the number of examples: you summed the squares and did not divide. The
    mean over all examples is asked for."""
    return with_losses(w, [((X @ w - y) ** 2).sum() for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def adds_up_what_adds_up(w, batches):
    """You add up `w.grad`, which adds up by itself: what a batch leaves there counts again with each batch after
    it. Read it once, at the end."""
    total = sum(len(y) for _, y in batches)
    gradient = torch.zeros_like(w)
    for X, y in batches:
        (((X @ w - y) ** 2).sum() / total).backward()
        gradient += w.grad
    return gradient


@chapter.mistake(micro_batch_gradient)
def adds_up_means_that_add_up(w, batches):
    """You add up `w.grad`, which adds up by itself. Read it once, at the end; and each batch gives its *sum* of
    squares, divided by the number of all examples."""
    gradient = torch.zeros_like(w)
    for X, y in batches:
        ((X @ w - y) ** 2).mean().backward()
        gradient += w.grad
    return gradient / len(batches)


@chapter.mistake(micro_batch_gradient)
def divides_by_the_last_size(w, batches):
    """You divide by the size of the last batch alone. The mean goes over the examples of all batches: add their
    sizes up."""
    gradient = with_losses(w, [((X @ w - y) ** 2).sum() for X, y in batches])
    return gradient / len(batches[-1][1])


@chapter.mistake(micro_batch_gradient)
def divides_by_the_sizes_so_far(w, batches):
    """You divide by the number of examples so far, so earlier batches count for more. Count the examples of all
    batches before the first backward pass."""
    seen = 0
    for X, y in batches:
        seen += len(y)
        (((X @ w - y) ** 2).sum() / seen).backward()
    return w.grad


@chapter.mistake(micro_batch_gradient)
def divides_by_the_batches(w, batches):
    """You divide by the number of batches. The mean goes over all examples: add up how many each batch has."""
    return with_losses(w, [((X @ w - y) ** 2).sum() / len(batches) for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def means_over_all(w, batches):
    """You divide twice: by the size of each batch, in its mean, and by the number of all examples. Take the *sum*
    of squares of each batch."""
    total = sum(len(y) for _, y in batches)
    return with_losses(w, [((X @ w - y) ** 2).mean() / total for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def returns_the_loss(w, batches):
    """You return the error itself. Asked for is its gradient: call `backward()` on it and return what `w.grad`
    holds."""
    total = sum(len(y) for _, y in batches)
    return sum(((X @ w - y) ** 2).sum() for X, y in batches) / total


@chapter.mistake(micro_batch_gradient)
def backward_on_a_number(w, batches):
    """What you call `backward()` on is a plain number, as `.item()` makes one, and it knows nothing of w. Add up
    the losses themselves."""
    total = sum(len(y) for _, y in batches)
    loss = sum(((X @ w - y) ** 2).sum().item() for X, y in batches) / total
    loss.backward()
    return w.grad


@chapter.mistake(micro_batch_gradient, written=r"w @ X")
def w_first(w, batches):
    """The examples are the rows of X, and each is multiplied with w: that is X @ w. In the other order, the sizes
    do not fit."""
    total = sum(len(y) for _, y in batches)
    return with_losses(w, [((w @ X - y) ** 2).sum() / total for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def last_batch_only(w, batches):
    """Only the last batch is in your gradient. Each batch needs a backward pass of its own, or a share in one sum,
    and `w.grad` is not to be cleared in between: here the adding up is what you want."""
    total = sum(len(y) for _, y in batches)
    for X, y in batches:
        w.grad = None
        (((X @ w - y) ** 2).sum() / total).backward()
    return w.grad


@chapter.mistake(micro_batch_gradient)
def last_mean_only(w, batches):
    """Only the last batch is in your gradient. Each batch needs a backward pass of its own, or a share in one
    sum: its sum of squares, divided by the number of all examples."""
    return with_losses(w, [((X @ w - y) ** 2).mean() for X, y in batches[-1:]])


@chapter.mistake(micro_batch_gradient)
def first_mean_only(w, batches):
    """Only the first batch is in your gradient: a `return` inside the loop, for one, ends it in its first round.
    Each batch needs its share: its sum of squares, divided by the number of all examples."""
    return with_losses(w, [((X @ w - y) ** 2).mean() for X, y in batches[:1]])


@chapter.mistake(micro_batch_gradient)
def every_pair(w, batches):
    """Of X @ w and y, one has shape (n, 1) in your code and the other (n,): broadcasting makes (n, n) differences
    of every prediction with every target. Give both the same shape."""
    total = sum(len(y) for _, y in batches)
    return with_losses(w, [((X @ w[:, None] - y) ** 2).sum() / total for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def half_the_square(w, batches):
    """Your gradient is half of what it should be. The error is the plain square, without a factor of one
    half, so its derivative has a factor 2."""
    total = sum(len(y) for _, y in batches)
    return with_losses(w, [((X @ w - y) ** 2).sum() / (2 * total) for X, y in batches])


@chapter.mistake(micro_batch_gradient)
def trains_already(w, batches):
    """You changed w. Only the gradient is asked for, at the w that was given; a step against it comes in the
    next chapter."""
    total = sum(len(y) for _, y in batches)
    gradient = with_losses(w, [((X @ w - y) ** 2).sum() / total for X, y in batches])
    with torch.no_grad():
        w -= 0.01 * gradient
    return gradient


@chapter.mistake(micro_batch_gradient, written=r"return w\.grad")
def graph_is_cut(w, batches):
    """`w.grad` is still None. It is filled when `backward()` is called on the loss itself: a tensor made anew of
    the loss's number knows nothing of w."""
    total = sum(len(y) for _, y in batches)
    for X, y in batches:
        loss = ((X @ w - y) ** 2).sum() / total
        torch.tensor(loss.item(), requires_grad=True).backward()
    return w.grad


@chapter.mistake(micro_batch_gradient, on="accelerator")
def collects_on_the_cpu(w, batches):
    """This works on the CPU only: a tensor that you made for a sum is there. Let `w.grad` do the adding up, or
    start from `torch.zeros_like(w)`."""
    total = sum(len(y) for _, y in batches)
    gradient = torch.zeros(len(w), dtype=w.dtype)
    for X, y in batches:
        gradient = gradient + torch.autograd.grad(((X @ w - y) ** 2).sum() / total, w)[0]
    return gradient


@chapter.right(micro_batch_gradient)
def one_backward(w, batches):
    total = sum(X.shape[0] for X, _ in batches)
    loss = sum(((X @ w - y) ** 2).sum() for X, y in batches) / total
    loss.backward()
    return w.grad


@chapter.right(micro_batch_gradient)
def all_at_once(w, batches):
    X = torch.cat([X for X, _ in batches])
    y = torch.cat([y for _, y in batches])
    (gradient,) = torch.autograd.grad(((X @ w - y) ** 2).mean(), w)
    return gradient


@chapter.right(micro_batch_gradient)
def weighted_means(w, batches):
    total = sum(len(y) for _, y in batches)
    for X, y in batches:
        (torch.nn.functional.mse_loss(X @ w, y) * (len(y) / total)).backward()
    gradient = w.grad.clone()
    w.grad = None
    return gradient


@chapter.right(micro_batch_gradient)
def divided_at_the_end(w, batches):
    gradient, total = torch.zeros_like(w), 0
    for X, y in batches:
        gradient = gradient + torch.autograd.grad((X @ w - y).square().sum(), w)[0]
        total += len(y)
    return gradient / total


@chapter.right(micro_batch_gradient)
def without_autograd(w, batches):
    weights = w.detach()
    total = sum(len(y) for _, y in batches)
    return sum(2 * X.mT @ (X @ weights - y) for X, y in batches) / total


chapter.equivalent(micro_batch_gradient, "detached", reason="A gradient in `.grad` has no graph.")
chapter.equivalent(
    micro_batch_gradient,
    "loss = ((X @ w - y) ** 2).sum() / total → loss = ((y - X @ w) ** 2).sum() / total",
    reason="A difference and its opposite have the same square.",
)


# ---------------------------------------------------------------- straight_through_round


@chapter.exercise(
    points=2,
    gradient=True,
    hints=[
        "The result is x plus a correction. Whose gradient do you want to pass, and whose not?",
        "What is detached counts as a constant: its numbers are used, but no gradient goes through it.",
        "The correction is what rounding adds to x.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html",
)
def straight_through_round(draw: Draw):
    def tenths(*shape: int) -> torch.Tensor:
        return draw.integers(*shape, low=1, high=5) + 0.1 * draw.integers(*shape, low=-4, high=4)

    yield torch.tensor([[0.4, 1.8, 3.0], [-1.2, -0.7, 2.3]])
    yield tenths(2, 2)
    yield draw.integers(1) + 0.25
    yield -tenths(4, 3).mT
    yield (draw.integers(3, 10) + draw.uniform(3, 10, low=-0.45, high=0.45))[:, ::3]
    yield (
        draw.integers(20, 30, low=-50, high=50, dtype=torch.float64)
        + draw.uniform(20, 30, low=-0.45, high=0.45, dtype=torch.float64)
    )


@chapter.mistake(straight_through_round)
def true_gradient(x):
    """The values are right, but no gradient gets through: the slope of `torch.round` is 0, and what is
    detached has none at all. Let autograd see x itself; hide only the correction."""
    return torch.round(x)


@chapter.mistake(straight_through_round)
def rounds_what_is_detached(x):
    """The values are right, but no gradient gets through: all of your result is detached, made anew, or computed
    under `torch.no_grad()`. Let autograd see x itself; hide only the correction."""
    return torch.round(x).detach()


@chapter.mistake(straight_through_round)
def a_new_leaf(x):
    """The values are right, but no gradient reaches x: the result is a new leaf, or comes from one, and the graph
    ends there. Let autograd see x itself; hide only the correction."""
    return torch.round(x).detach().requires_grad_()


@chapter.mistake(straight_through_round)
def detaches_the_wrong_part(x):
    """The values are right, but the gradient arrives with the wrong sign: you detached x and left the
    correction visible. Do it the other way round."""
    return x.detach() + (torch.round(x) - x)


@chapter.mistake(straight_through_round)
def by_a_factor(x):
    """The values are right, but the gradient is multiplied by round(x) / x: your correction is a factor. As
    something *added*, it leaves the gradient alone."""
    return x * (torch.round(x) / x).detach()


@chapter.mistake(straight_through_round)
def does_not_round(x):
    """The gradient is right, but the values are not rounded. The result has the values of
    `torch.round(x)`."""
    return x * 1.0


@chapter.mistake(straight_through_round)
def correction_only(x):
    """You returned only what rounding adds. Add it to x: autograd should see x itself, and not the correction."""
    return x - x + (torch.round(x) - x).detach()


@chapter.mistake(straight_through_round)
def correction_alone(x):
    """You returned only what rounding adds. Add it to x: autograd should see x itself, and not the correction."""
    return torch.round(x) - x


@chapter.mistake(straight_through_round)
def correction_detached(x):
    """You returned only what rounding adds. Add it to x: autograd should see x itself, and not the correction."""
    return (torch.round(x) - x).detach()


@chapter.mistake(straight_through_round)
def adds_the_whole(x):
    """Your result is x plus the rounded x. What belongs beside x is the correction: only what rounding adds to
    it."""
    return x + torch.round(x).detach()


@chapter.mistake(straight_through_round)
def correction_backwards(x):
    """Your correction has the wrong sign. It is what leads from x to the rounded x: the rounded one minus x."""
    return x + (x - torch.round(x)).detach()


@chapter.mistake(straight_through_round)
def takes_the_correction_back(x):
    """Your correction leads back from the rounded x to x. Start from x, and add what rounding adds to it."""
    return torch.round(x) + (x - torch.round(x)).detach()


@chapter.mistake(straight_through_round)
def rounds_down(x):
    """You rounded everything down. `torch.round` goes to the nearest whole number."""
    return x + (torch.floor(x) - x).detach()


@chapter.mistake(straight_through_round)
def cuts_decimals_off(x):
    """You cut the decimals off. `torch.round` goes to the nearest whole number."""
    return x + (torch.trunc(x) - x).detach()


@chapter.mistake(straight_through_round)
def in_place(x):
    """A leaf that requires gradients cannot be changed in place while PyTorch records, and x is not yours to
    change. `torch.round(x)` makes a new tensor."""
    return x.round_()


@chapter.right(straight_through_round)
def as_a_function(x):
    class Round(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            return torch.round(x)

        @staticmethod
        def backward(context, gradient):
            return gradient

    return Round.apply(x)


@chapter.right(straight_through_round)
def by_subtracting(x):
    return torch.round(x).detach() + x - x.detach()


@chapter.right(straight_through_round)
def by_no_grad(x):
    with torch.no_grad():
        correction = x.round() - x
    return x + correction


@chapter.right(straight_through_round)
def by_a_clone(x):
    result = x.clone()
    result.data.round_()
    return result


@chapter.right(straight_through_round)
def unrecorded_in_place(x):
    result = x * 1
    with torch.no_grad():
        result.round_()
    return result


chapter.equivalent(
    straight_through_round,
    "in place",
    reason="What is cut off in place is the difference, which nobody else holds.",
)


# ---------------------------------------------------------------- predict_without_graph


@chapter.exercise(
    points=1,
    also=["requires_grad", "unchanged"],
    hints=[
        "The formula is that of a linear model. What has to be different about how it is computed?",
        "There is a `with` block in which PyTorch records nothing.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html",
)
def predict_without_graph(draw: Draw):
    yield (
        draw.parameter(torch.tensor([1.0, 2.0])),
        draw.parameter(torch.tensor([0.5])),
        torch.tensor([[1.0, 1.0], [2.0, 0.0], [0.0, 3.0]]),
    )
    yield draw.parameter(draw.integers(3)), draw.parameter(draw.integers(1)), draw.integers(3, 3)
    yield draw.parameter(draw.integers(1)), draw.parameter(draw.integers(1)), draw.integers(1, 1)
    yield draw.parameter(draw.integers(2)), draw.parameter(draw.integers(1)), draw.integers(1, 2)
    yield draw.parameter(draw.integers(4)), draw.parameter(draw.integers(1)), draw.integers(4, 6).mT
    double = torch.float64
    yield (
        draw.parameter(draw.normal(8, dtype=double)),
        draw.parameter(draw.normal(1, dtype=double)),
        draw.normal(40, 8, dtype=double),
    )


@chapter.mistake(predict_without_graph)
def records(w, b, X):
    """The numbers are right, but your result requires gradients, as it does when PyTorch records. Compute it in a
    `with` block where nothing is recorded, or detach it."""
    return X @ w + b


@chapter.mistake(predict_without_graph)
def switches_the_parameters_off(w, b, X):
    """You switched `requires_grad` off for w and b themselves, so they could not be trained any further.
    Leave them as they are and let only this computation go unrecorded."""
    w.requires_grad_(False)
    b.requires_grad_(False)
    return X @ w + b


@chapter.mistake(predict_without_graph)
def switches_the_result_off(w, b, X):
    """`requires_grad` can be set on leaves only. What comes out of a recorded operation has to be detached,
    or computed where nothing is recorded."""
    result = X @ w + b
    result.requires_grad = False
    return result


@chapter.mistake(predict_without_graph)
def block_without_parentheses(w, b, X):
    """`torch.no_grad` and `torch.inference_mode` are classes; a `with` block needs an object of one. The
    parentheses are missing: `torch.no_grad()`."""
    with torch.no_grad:
        return X @ w + b


@chapter.mistake(predict_without_graph)
def a_column(w, b, X):
    """The numbers are right, but they stand in a column, shape (n, 1). A matrix times a vector of shape (d,)
    has shape (n,)."""
    with torch.no_grad():
        return X @ w[:, None] + b


@chapter.mistake(predict_without_graph)
def no_bias(w, b, X):
    """You left b out: it is added to every prediction."""
    with torch.no_grad():
        return X @ w


@chapter.mistake(predict_without_graph)
def no_sum(w, b, X):
    """`*` multiplies number by number. Each prediction is the sum of these products over a row: that is
    `@`."""
    with torch.no_grad():
        return X * w + b


@chapter.mistake(predict_without_graph, on="accelerator")
def back_to_the_cpu(w, b, X):
    """The numbers are right, but they are on the CPU, whatever device X is on. To detach is enough: it leaves a
    tensor where it is, without a copy."""
    return torch.tensor((X @ w + b).tolist(), dtype=X.dtype)


@chapter.mistake(predict_without_graph)
def parameters_first(w, b, X):
    """The examples are the rows of X, and each is multiplied with w: that is X @ w. In the other order, the sizes
    do not fit."""
    with torch.no_grad():
        return w @ X + b


@chapter.mistake(predict_without_graph)
def an_array(w, b, X):
    """You return a NumPy array. A detached tensor has no graph either, and stays where X is."""
    return (X @ w + b).detach().cpu().numpy()


@chapter.mistake(
    predict_without_graph, written=r"\A(?![\s\S]*b\.detach)[\s\S]*([=@] w\.detach\(\)|\)\.detach\(\) \+ b)"
)
def b_is_recorded(w, b, X):
    """b still records: the result requires gradients because of it. All of the computation belongs where nothing
    is recorded."""
    return (X @ w).detach() + b


@chapter.right(predict_without_graph)
def by_detaching(w, b, X):
    return (X @ w + b).detach()


@chapter.right(predict_without_graph)
def by_inference_mode(w, b, X):
    with torch.inference_mode():
        return X.matmul(w) + b


@chapter.right(predict_without_graph)
def by_decorator(w, b, X):
    @torch.no_grad()
    def predict():
        return torch.mv(X, w) + b

    return predict()


@chapter.right(predict_without_graph)
def by_detached_parts(w, b, X):
    return (X * w.detach()).sum(dim=1) + b.detach()


@chapter.right(predict_without_graph)
def by_mode(w, b, X):
    with torch.set_grad_enabled(False):
        return torch.einsum("nd,d->n", X, w) + b


@chapter.right(predict_without_graph)
def by_data(w, b, X):
    return torch.nn.functional.linear(X, w.data[None, :], b.data)[:, 0]


chapter.equivalent(predict_without_graph, "detached", reason="Under no_grad there is no graph to cut off.")
