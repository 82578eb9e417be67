# The products of linear layers in models that were merged for engines with oneDNN (see MergedProgram.java): the operator
# that adapted models use, see product.py. It takes weights that lie column by column as they are, and others it would bring
# into that form each time.

def fast(x: Tensor, weight: Tensor, bias: Optional[Tensor], axis: int, rows: int) -> bool:
  # whether oneDNN multiplies x (..., in) and W: large ones in float32 on a CPU. axis is that of the inputs in W
  if x.dtype != 6 or weight.dtype != 6 or not x.is_cpu or x.dim() < 1 or weight.dim() != 2:
    return False
  inputs = weight.size(axis)
  outputs = weight.size(1 - axis)
  if x.size(-1) != inputs or inputs < 128 or outputs < 128 or x.numel() < rows * inputs:
    return False
  if weight.stride(1 - axis) != 1 or weight.stride(axis) != outputs:
    return False
  if bias is not None:
    if bias.dtype != 6 or bias.dim() != 1 or bias.size(0) != outputs:
      return False
    if bias.requires_grad and torch.is_grad_enabled():
      return False
  # the operator has no gradients
  return not ((x.requires_grad or weight.requires_grad) and torch.is_grad_enabled())

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], rows: int) -> Tensor:
  # x W^T + b for x (..., in) and W (out, in)
  if not __torch__.djladapters.merged_onednn.fast(x, weight, bias, 1, rows):
    return torch.linear(x, weight, bias)
  return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")

def matmul(x: Tensor, weight: Tensor, rows: int) -> Tensor:
  # x W for x (..., in) and W (in, out)
  if not __torch__.djladapters.merged_onednn.fast(x, weight, None, 0, rows):
    return torch.matmul(x, weight)
  return ops.mkldnn._linear_pointwise(x, weight.t(), None, "none", annotate(List[Optional[number]], []), "")

def addmm(bias: Tensor, x: Tensor, weight: Tensor, rows: int) -> Tensor:
  # b + x W for x (n, in) and W (in, out)
  if not __torch__.djladapters.merged_onednn.fast(x, weight, bias, 0, rows):
    return torch.addmm(bias, x, weight)
  return ops.mkldnn._linear_pointwise(x, weight.t(), bias, "none", annotate(List[Optional[number]], []), "")
