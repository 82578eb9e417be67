# Functions for tests of kernels.

def times(x: Tensor, factor: Tensor) -> Tensor:
  """Multiplies matrices."""
  return x @ factor


class Kernel(Module):
  def forward(self, x: Tensor, y: Tensor) -> Tensor:
    return x + y

  def product(self, x: Tensor, factors: List[Tensor]) -> Tuple[Tensor, Tensor]:
    # the number of factors is known only at run time
    first = __torch__.times(x, factors[0])
    y = x
    for factor in factors:
      y = __torch__.times(y, factor)
    return y, first
