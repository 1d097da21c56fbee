"""Bodies that any exercise can have, each of them odd: what it returns, what it raises, what it does to its arguments.

Each stands below its name; what it is made with is in `odd_helpers`. None is right for any exercise.
"""

from __future__ import annotations

from oddities import sections

RETURNED = r"""
None · NotImplemented · ... · float("nan") · float("inf") · True · 1j · complex("nan+infj") · 10**5000 · -(10**400)
float("1e308") * [1][0] · __import__("decimal").Decimal("sNaN") · __import__("decimal").Decimal("1E+999999")
__import__("fractions").Fraction(10**5000, 3) · __import__("datetime").datetime.max · range(10**18) · range(10**5000)
slice(None, [1]) · "" · "\ud800 \udcff" · "a\0b" · "\x1b[31m\u202e::error::x\n##[error]y" · "é 张" * 10**6
"\n" * 10**5 · "%s {0} {x!r} \\" · b"\0\xff" · bytearray(10**7) · memoryview(b"abc")
__import__("array").array("d", [1]) · torch.ones(1).expand(10**9) · torch.ones(1, requires_grad=True).expand(10**9)
torch.ones(1, 1).expand(10**5, 10**5) · torch.ones(1).expand(10**10) · torch.tensor(True).expand(10**9)
torch.empty(10**9, 0) · torch.empty(0, 10**12) · torch.zeros([1] * 64) · torch.zeros(10**6)
torch.tensor(float("nan")) · torch.tensor([1.0]).to_sparse() · torch.eye(2).to_sparse_csr() · torch.eye(2).to_mkldnn()
torch.empty(2, device="meta") · torch.tensor([1j]).conj()
torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])
torch.nested.nested_tensor([torch.ones(1), torch.ones(2)], layout=torch.jagged) · torch.ones(2).to(torch.float8_e5m2)
torch.ones(2).to(torch.uint16) · torch.empty(2, dtype=torch.uint64) · torch._neg_view(torch.ones(2)) · leaked()
torch.ones(2, names=("a",)) · torch.ones(3, dtype=torch.complex32) · torch.ones(2).as_subclass(Plain)
torch.ones(2).as_subclass(Refuses) · torch.ones(2).as_subclass(Shown) · Dispatches(2) · Claims() · torch.Tensor
torch.nn.Parameter(torch.ones(2)) · torch.nn.Parameter(torch.ones(1).expand(10**9)) · torch.ones(2).untyped_storage()
torch._subclasses.FakeTensorMode().from_tensor(torch.ones(2)) · torch.nn.Linear(2, 2) · torch.Generator()
torch.Size([10**12]) · torch.inference_mode()(torch.ones)(2) · torch.device("meta") · torch.device("cuda:3")
torch.qint8 · torch · torch.nn · torch.optim.SGD([torch.ones(2, requires_grad=True)], 0.1)
torch.utils.data.DataLoader(range(3)) · torch.finfo(torch.float32) · torch.distributions.Normal(0, 1)
torch.autograd.grad_mode.no_grad() · torch.ones(2, requires_grad=True).sum().grad_fn · (number for number in range(3))
endless() · breaks() · itertools.count() · iter(int, 1) · map(print, itertools.count()) · zip(endless(), endless())
itertools.cycle([1]) · itertools.chain(endless()) · (torch.ones(9) for _ in endless()) · asyncio.sleep(1)
asyncio.sleep · holding_itself() · dict_of_itself() · (holding_itself(), dict_of_itself()) · nested(list, 10**5)
nested(tuple, 10**4) · nested(dict, 10**4) · [0] * 10**6 · list(range(99_999)) · [[1] * 9999] * 9999
dict.fromkeys(range(10**6)) · [torch.ones(1)] * 10**5 · set(range(10**6)) · {(1, torch.float32), None}
{1: {2: {3: 4}}} · {holding_itself: 1, None: 2, (1, 2): 3, 1.5: 4, torch.float32: 5} · frozenset([frozenset()])
collections.Counter("aab") · collections.OrderedDict(a=1) · collections.deque(range(3))
collections.defaultdict(list) · collections.ChainMap({}) · collections.UserList([1]) · types.SimpleNamespace(a=1)
types.MappingProxyType({"a": 1}) · sys · sys.modules · globals() · object() · object · type · int · ValueError
ValueError(object()) · Silent("x") · Exits() · Loud() · group(50) · Meta · OfMeta · OfMeta() · [OfMeta()]
{OfMeta(): 1} · Yes() · Yes · [Yes()] · hostile(ValueError)() · [hostile(ValueError)()] · hostile(SystemExit)()
[hostile(SystemExit)()] · hostile(KeyboardInterrupt)() · hostile(GeneratorExit)() · hostile(MemoryError)()
hostile(ValueError, str)("abc") · hostile(SystemExit, str)("abc") · hostile(ValueError, bytes)(b"abc")
hostile(ValueError, int)(3) · hostile(SystemExit, int)(3) · hostile(ValueError, float)(3.0)
hostile(SystemExit, float)(3.0) · hostile(ValueError, complex)(3) · hostile(ValueError, list)([1])
hostile(SystemExit, list)() · hostile(ValueError, dict)({1: 2}) · hostile(SystemExit, dict)(a=1)
hostile(ValueError, tuple)((1,)) · hostile(SystemExit, set)() · hostile(ValueError, Exception)()
hostile(ValueError, np.ndarray)((2,)) · hostile(SystemExit, np.ndarray)((2,)) · hostile(ValueError, torch.Tensor)
torch.ones(2).as_subclass(hostile(ValueError, torch.Tensor))
torch.ones(2).as_subclass(hostile(SystemExit, torch.Tensor)) · Names(1, 2) · Record(1) · Record(holding_itself())
Slots() · Slots(torch.ones(2)) · Colour.RED · Rights.A | Rights.B · Colour · Deleted() · [Deleted()]
np.array([None, object()]) · array_of_itself() · np.ma.masked · np.ma.array([1, 2], mask=[1, 0])
np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]) · np.matrix([[1]]) · np.rec.array([(1, 2)]) · np.array("text")
np.array([b"x"]) · np.datetime64("now") · np.array(["2020"], dtype="M8[D]") · np.longdouble(1)
np.ones(2, dtype=np.longdouble) · np.ones(2, dtype=">f8") · np.ones(9)[::-2] · np.broadcast_to(np.ones(1), 10**9)
np.float16("nan") · np.void(b"ab") · np.str_("a\0b") · np.empty((10**9, 0)) · np.zeros([1] * 32)
np.frombuffer(b"abcd", dtype="u2") · np.random.default_rng() · np.nan · np
np.lib.stride_tricks.as_strided(np.ones(1), (10**5, 10**5), (0, 0)) · np.dtype("f4") · np.uint64(2**64 - 1) · np.sin
threading.Lock() · threading.Thread() · threading.local() · open("/dev/null") · sys.stdout · weakref.ref(Plain)
weakref.proxy(Yes()) · weakref.WeakValueDictionary() · sys._getframe() · (lambda: 0).__code__ · lambda *args: args
print · functools.partial(print) · property() · super(Yes, Yes()) · contextlib.nullcontext() · classmethod(print)
"abc".upper · __import__("unittest.mock").mock.MagicMock() · __import__("ctypes").c_int(3)
__import__("ctypes").py_object() · __import__("pathlib").Path("a\0b") · __import__("re").compile("a")
__import__("socket").socket() · __import__("queue").Queue() · locals() · list(locals().values()) · [locals()]
tuple(locals()) · tuple(locals().values()) * 2
"""
"""What is returned, as expressions; a point in the middle of a line lies between two of them."""

RAISED = r"""
Exception(object()) · Exception(hostile(ValueError)()) · Exception(*range(10**5))
Exception("\ud800\0\x1b[31m\u202e") · Exception("::error::x\n##[error]y") · Exception("\n" * 10**6)
Exception("é" * 10**7) · Exception(None) · Exception([[]]) · ValueError(torch.ones(10**6))
ValueError(holding_itself()) · KeyError("") · KeyError(OfMeta()) · StopIteration(3) · GeneratorExit
StopAsyncIteration · SystemExit · SystemExit(hostile(ValueError)()) · SystemExit("\ud800") · KeyboardInterrupt
BaseException · MemoryError · RecursionError("\0") · Silent · Exits · Loud · NoText · Refusing · group(100)
BaseExceptionGroup("a", [SystemExit()]) · SyntaxError("a", ("\ud800", -1, object(), None))
SyntaxError("a", ("file", 10**9, -5, "x", 0, 0)) · IndentationError · OSError(5, OfMeta())
UnicodeDecodeError("utf-8", b"\xff", 0, 1, "\0") · UnicodeEncodeError("x" * 999, "\ud800", 0, 1, "")
ImportError(name=OfMeta(), path=5) · ModuleNotFoundError("x", name="\ud800") · NameError("a", name=OfMeta())
AttributeError("a", name=5, obj=OfMeta()) · 5 · type · OfMeta · ValueError("a") from Exits() · Silent() from Silent()
hostile(ValueError, Exception)() · hostile(SystemExit, Exception)() · None · RuntimeError(OfMeta())
AssertionError(torch.ones(2) == 1) · Warning(5) · __import__("pytest").skip.Exception("skipped")
__import__("pytest").exit.Exception("left") · __import__("pytest").fail.Exception("failed")
__import__("unittest").SkipTest("a") · __import__("bdb").BdbQuit
__import__("grader.runtime.deadline").runtime.deadline.TimedOut · torch.OutOfMemoryError("a") · TimeoutError
__import__("grader.runtime.importing").core.errors.CourseError("a")
__import__("grader.runtime.importing").runtime.importing.NotLoaded(5) · type("\ud800", (Exception,), {})("a")
type("x" * 10**5, (Exception,), {})("a") · type("", (Exception,), {})()
"""
"""What is raised, in the same way."""

DONE = r"""
#### empties the containers
for value in locals().copy().values():
    if isinstance(value, (list, dict)):
        value.clear()
return None

#### puts containers into themselves
for value in list(locals().values()):
    if isinstance(value, list):
        value.append(value)
    if isinstance(value, dict):
        value[OfMeta()] = value
return None

#### puts hostile things into containers
for value in list(locals().values()):
    if isinstance(value, list):
        value[:] = [hostile(SystemExit)(), OfMeta(), torch.ones(1).expand(10**9)]
    if isinstance(value, dict):
        value.update({5: hostile(ValueError)(), None: Dispatches(2)})
return value if locals() else None

#### resizes tensors
with torch.no_grad():
    for value in tensors(list(locals().values())):
        value.resize_(0)
return None

#### makes tensors large
for value in tensors(list(locals().values())):
    value.data = torch.zeros((), dtype=value.dtype, device=value.device).expand(10**9)
return None

#### moves tensors to meta
for value in tensors(list(locals().values())):
    value.data = value.data.to("meta")
return None

#### gives tensors another dtype
for value in tensors(list(locals().values())):
    value.data = value.data.to(torch.complex64)
return None

#### makes tensors sparse
for value in tensors(list(locals().values())):
    value.data = value.data.to_sparse()
return None

#### gives tensors another class
for value in tensors(list(locals().values())):
    value.__class__ = Refuses
return None

#### gives tensors an odd gradient
for value in tensors(list(locals().values())):
    value.requires_grad_()
    value.grad = torch.zeros_like(value).to_sparse()
return list(tensors(list(locals().values())))

#### hangs a hook that exits on tensors
result = [value.detach().requires_grad_() * 1 for value in tensors(list(locals().values()))]
for value in result:
    value.register_hook(lambda gradient: exit())
return result

#### fills tensors with odd numbers
with torch.no_grad():
    for value in tensors(list(locals().values())):
        value.fill_(float("nan") if value.dtype.is_floating_point else 1)
return None

#### gives the arguments odd attributes
for value in list(locals().values()):
    for name in ("shape", "grad", "dtype", "__class__", "__dict__"):
        try:
            setattr(value, name, OfMeta())
        except Exception:
            pass
return hostile(ValueError)()

#### calls itself
return globals()[sys._getframe().f_code.co_name](*locals().values())

#### warns oddly
import warnings
class Odd(UserWarning):
    def __str__(self):
        raise SystemExit
warnings.warn(Odd("a"))
warnings.warn("\ud800\0" * 1000)
return None

#### prints oddly
print("\ud800\0\x1b[31m::error::", file=sys.stderr)
print("x" * 10**6)
return None

#### raises in a thread
thread = threading.Thread(target=lambda: exit())
thread.start()
thread.join()
return None

#### raises what caused itself
try:
    try:
        raise ValueError("a")
    except ValueError as error:
        error.__notes__ = 5
        error.__cause__ = error.__context__ = KeyError()
        error.__cause__.__cause__ = error
        raise
finally:
    locals()

#### raises deep down
def down(n):
    return down(n - 1) if n else eval("1 +")
return down(900)
"""
"""What is more than a line."""

ENDING = r"""
#### ends the process
import os
os._exit(0)

#### ends it where it is looked at
import os
class Ends:
    def __repr__(self):
        os._exit(0)
    __class__ = property(__repr__)
return [Ends(), type("Iterates", (list,), {"__iter__": lambda self: os._exit(3)})()]

#### ends it in a backward pass
import os
result = [value.detach().requires_grad_() * 1 for value in tensors(list(locals().values()))]
for value in result:
    value.register_hook(lambda gradient: os._exit(0))
return result

#### ends it by a signal
import os
os.kill(os.getpid(), 11)

#### takes the memory away
for value in tensors(list(locals().values())):
    value.untyped_storage().resize_(0)
return None

#### closes everything
import os
os.closerange(0, 999)
return None
"""
"""What ends its process, which no learner can expect to get over at their own machine: for grading only."""


def expressions(text: str, template: str) -> dict[str, str]:
    """Expressions as bodies, by their own text."""
    found = [part for line in text.strip().splitlines() for part in line.split(" · ")]
    return {template.format(one): template.format(one) for one in found}


BODIES = {**expressions(RETURNED, "return {}"), **expressions(RAISED, "raise {}"), **sections(DONE)}
"""Each body that both modes get over, by its name."""
FOR_GRADING = sections(ENDING)
"""The others."""
