# Small services on arrays, called by TransformKernel.java, and functions that the other programs share.

class Arrays(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def cast(self, x: Tensor, like: Tensor) -> Tensor:
    # x in the type of another array
    return x.to(like.dtype)

  def empty(self, shape: Tensor, type: Tensor) -> Tensor:
    # an array of a shape, of the type that the engine gives a number, with elements that nobody has set
    return torch.empty(__torch__.djladapters.arrays.integers(shape), dtype=int(type), device=shape.device)

  def put(self, target: Tensor, part: Tensor, first: Tensor) -> Tensor:
    # sets elements of an array from a position on, in its type; whether none has become infinite by that
    there = torch.narrow(target.view([-1]), 0, int(first), part.numel())
    there.copy_(part)
    return torch.all(torch.logical_or(torch.isfinite(there), torch.logical_not(torch.isfinite(part))))

  def times(self, x: Tensor, factor: Tensor) -> Tensor:
    # x times a number, which is read at once: a gradient needs no memory of Java's
    return x * float(factor)

  def backward(self, target: Tensor) -> Tensor:
    # gradients of the sum of an array's elements; the graph stays for those who follow it again
    gradients = annotate(List[Optional[Tensor]], [torch.ones_like(target.detach())])
    torch.autograd.backward([target], gradients, True)
    return target.detach()

  def need_gradients(self, tensors: List[Tensor]) -> Tensor:
    # whether gradients flow to any of the tensors
    need = False
    for i in range(len(tensors)):
      need = need or tensors[i].requires_grad
    return torch.tensor(need)

  def versions(self, tensors: List[Tensor]) -> Tensor:
    # a number that grows with every change of a tensor in place
    total = 0
    for i in range(len(tensors)):
      total = total + tensors[i]._version()
    return torch.tensor(total)

  def copies(self, tensors: List[Tensor]) -> List[Tensor]:
    # copies without gradients
    copies: List[Tensor] = []
    for i in range(len(tensors)):
      copies.append(tensors[i].detach().clone())
    return copies

  def is_finite(self, x: Tensor) -> Tensor:
    # whether all elements are finite
    return torch.all(torch.isfinite(x))

  def count_not_finite(self, x: Tensor) -> Tensor:
    # (2): how many elements are not finite, and how many rows along the first axis have such elements
    bad = torch.logical_not(torch.isfinite(x))
    rows = torch.flatten(torch.unsqueeze(torch.atleast_1d(bad), -1), 1)
    return torch.stack([torch.sum(bad), torch.sum(torch.any(rows, 1))])

def at_least_float32(x: Tensor) -> Tensor:
  # the type to compute in: float64 (7) stays, everything else becomes float32 (6)
  if x.dtype == 7:
    return x
  return x.to(6)

def by_outputs(weight: Tensor, transposed: Tensor) -> Tensor:
  # W as (out, ...), also where it is stored as (in, out)
  if bool(transposed):
    return weight.t()
  return weight

def integers(x: Tensor) -> List[int]:
  # the elements of a vector
  values = annotate(List[int], [])
  for i in range(x.size(0)):
    values.append(int(x[i]))
  return values
