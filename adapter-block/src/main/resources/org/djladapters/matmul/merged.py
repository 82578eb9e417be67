# The products of linear layers in merged models (see MergedProgram.java), which run without the library on machines that nobody knows here.
# Operators that every engine has, in a form that goes to oneDNN: a filter of one pixel over a picture of rows. Its
# dilation changes nothing, but without it the engine takes oneDNN only if it has several threads. Pictures of no more
# than 20480 numbers never go there, and those of dilated filters are slow then.

def fast(x: Tensor, weight: Tensor, bias: Optional[Tensor], axis: int, rows: int) -> bool:
  # whether a convolution is faster than the engine's own product of x (..., in) and W: for large ones in float32, on CPUs
  # with AVX-512. axis is that of the inputs in W
  if x.dtype != 6 or weight.dtype != 6 or not x.is_cpu or x.dim() < 2 or weight.dim() != 2:
    return False
  inputs = weight.size(axis)
  outputs = weight.size(1 - axis)
  if x.size(-1) != inputs or inputs < 128 or outputs < 128 or x.numel() <= 20480 or x.numel() < rows * inputs:
    return False
  if bias is not None:
    if bias.dtype != 6 or bias.dim() != 1 or bias.size(0) != outputs:
      return False
  return torch._get_cpu_capability() == "AVX512"

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], rows: int) -> Tensor:
  # x W^T + b for x (..., in) and W (out, in)
  if not __torch__.djladapters.merged.fast(x, weight, bias, 1, rows):
    return torch.linear(x, weight, bias)
  pixels = x.reshape([1, -1, 1, x.size(-1)]).permute([0, 3, 1, 2])
  w = weight.reshape([weight.size(0), weight.size(1), 1, 1])
  y = torch.conv2d(pixels, w, bias, [1, 1], [0, 0], [2, 2])
  return y.permute([0, 2, 3, 1]).reshape(x.size()[:-1] + [weight.size(0)])

def matmul(x: Tensor, weight: Tensor, rows: int) -> Tensor:
  # x W for x (..., in) and W (in, out)
  if not __torch__.djladapters.merged.fast(x, weight, None, 0, rows):
    return torch.matmul(x, weight)
  return __torch__.djladapters.merged.turned(x, weight, None)

def addmm(bias: Tensor, x: Tensor, weight: Tensor, rows: int) -> Tensor:
  # b + x W for x (n, in) and W (in, out)
  if not __torch__.djladapters.merged.fast(x, weight, bias, 0, rows):
    return torch.addmm(bias, x, weight)
  return __torch__.djladapters.merged.turned(x, weight, bias)

def turned(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  # x W + b for x (..., in) and W (in, out): the filters of a transposed convolution lie as W does
  pixels = x.reshape([1, -1, 1, x.size(-1)]).permute([0, 3, 1, 2])
  w = weight.reshape([weight.size(0), weight.size(1), 1, 1])
  y = torch.conv_transpose2d(pixels, w, bias, [1, 1], [0, 0], [0, 0], 1, [2, 2])
  return y.permute([0, 2, 3, 1]).reshape(x.size()[:-1] + [weight.size(1)])
