# The product of a linear layer. Called by adapted models and by the programs that Java calls. Merged models call merged.py or
# merged_onednn.py.

# How a product is computed, see Matmul.java: by oneDNN from so many rows of inputs on where W has so many rows and
# columns (side). None is the engine's own product. Only float32 on a CPU has a choice; see is_narrow_row for bfloat16.
class Way(NamedTuple):
  rows : int  # where W lies column by column
  turned_rows : int  # where it does not, as in the product of a backward pass, G W
  side : int

def way(values: Tensor) -> Optional[__torch__.djladapters.product.Way]:
  # the way of Matmul.way; without elements the engine's own
  if values.numel() == 0:
    return None
  return __torch__.djladapters.product.Way(int(values[0]), int(values[1]), int(values[2]))

def is_chosen(x: Tensor, weight: Tensor, way: __torch__.djladapters.product.Way) -> bool:
  # whether oneDNN multiplies x (..., in) and W (out, in)
  if x.dtype != 6 or weight.dtype != 6 or not x.is_cpu:
    return False
  rows = way.turned_rows
  if __torch__.djladapters.product.is_by_columns(weight):
    rows = way.rows
  return x.numel() >= rows * x.size(-1) and min(weight.size(0), weight.size(1)) >= way.side

def is_narrow_row(x: Tensor, weight: Tensor) -> bool:
  # whether x is a single row of bfloat16, for which the engine's own product takes twice as long as oneDNN's operator
  if x.dtype != 15 or weight.dtype != 15 or not x.is_cpu or x.numel() != x.size(-1):
    return False
  return ops.mkldnn._is_mkldnn_bf16_supported()

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], way: Optional[__torch__.djladapters.product.Way]) -> Tensor:
  # x W^T + b for x (..., in) and W (out, in); gradients flow
  chosen = __torch__.djladapters.product.is_narrow_row(x, weight)
  if way is not None:
    chosen = chosen or __torch__.djladapters.product.is_chosen(x, weight, way)
  if not chosen:
    return torch.linear(x, weight, bias)
  needed = x.requires_grad or weight.requires_grad
  if bias is not None:
    needed = needed or bias.requires_grad
  if needed and torch.is_grad_enabled():
    if x.numel() <= 20480:  # the engine gives no smaller convolutions to oneDNN
      return torch.linear(x, weight, bias)
    # a filter of one pixel over a picture of rows: the form of oneDNN's product that has gradients. Dilation changes
    # nothing, but the engine gives dilated convolutions to oneDNN whatever the number of threads
    pixels = x.reshape([1, -1, 1, x.size(-1)]).permute([0, 3, 1, 2])
    w = weight.reshape([weight.size(0), weight.size(1), 1, 1])
    y = torch.conv2d(pixels, w, bias, [1, 1], [0, 0], [2, 2])
    return y.permute([0, 2, 3, 1]).reshape(x.size()[:-1] + [weight.size(0)])
  return ops.mkldnn._linear_pointwise(x.detach(), weight.detach(), bias, "none", annotate(List[Optional[number]], []), "")

def added(x: Tensor, weight: Tensor, way: Optional[__torch__.djladapters.product.Way], other: Tensor, is_own: bool) -> Tensor:
  # x W^T + other, without gradients; other has the result's elements in any shape, or none. One that is own may be changed
  if other.numel() == 0:
    return __torch__.djladapters.product.linear(x, weight, None, way)
  sum = other.reshape([x.size(0), weight.size(0)])
  if way is not None:
    if __torch__.djladapters.product.is_chosen(x, weight, way):
      return ops.mkldnn._linear_pointwise(x, sum, weight, None, "add")
  if is_own:
    return torch.addmm_(sum, x, weight.t())
  return torch.addmm(sum, x, weight.t())

def is_narrow(x: Tensor) -> bool:
  # whether numbers have 16 bits
  return x.dtype == 5 or x.dtype == 15

def wide(x: Tensor) -> Tensor:
  # x in at least float32
  if __torch__.djladapters.product.is_narrow(x):
    return x.to(6)
  return x

def is_by_columns(weight: Tensor) -> bool:
  # whether a matrix that oneDNN multiplies lies in memory column by column, which it takes as it is; others it brings
  # into another form every time
  if weight.dim() != 2 or weight.dtype != 6 or not weight.is_cpu:
    return False
  return weight.stride(0) == 1 and weight.stride(1) == weight.size(0) and weight.size(0) > 1

def lay(weight: Tensor, way: Optional[__torch__.djladapters.product.Way]) -> bool:
  # has a weight (out, in) lie as its way takes it best, column by column or row by row; one that does is left alone,
  # since other models may use it now
  if weight.dim() == 2 and weight.dtype == 6 and weight.is_cpu:
    by_columns = False
    if way is not None:
      by_columns = min(weight.size(0), weight.size(1)) >= way.side
    if by_columns:
      if not __torch__.djladapters.product.is_by_columns(weight):
        torch.set_data(weight, weight.detach().t().contiguous().t())
    elif not weight.is_contiguous():
      torch.set_data(weight, weight.detach().contiguous())
  return weight.is_contiguous()

def plus_low_rank(weight: Tensor, up: Tensor, down: Tensor) -> Tensor:
  # W + B A for W (out, in), A (r, in) and B (out, r), lying in memory as W does and in its type
  if __torch__.djladapters.product.is_narrow(weight):  # rounded once
    return torch.add(torch.mm(up, down), weight).to(weight.dtype)
  if __torch__.djladapters.product.is_by_columns(weight):
    return torch.addmm(weight.t(), down.t(), up.t()).t()
  return torch.addmm(weight, up, down)
