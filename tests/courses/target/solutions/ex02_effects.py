"""Chapter 2: Effects."""

from torch import Tensor


def rows(x: Tensor) -> list[Tensor]:
    """Return the rows of x in a list."""
    ### BEGIN SOLUTION
    return list(x)
    ### END SOLUTION


def fill(x: Tensor, value: float) -> Tensor:
    """Set every entry of x to value, in place, and return x itself."""
    ### BEGIN SOLUTION
    return x.fill_(value)
    ### END SOLUTION


def greet(name: str) -> None:
    """Print `Hello, NAME!`."""
    ### BEGIN SOLUTION
    print(f"Hello, {name}!")
    ### END SOLUTION
