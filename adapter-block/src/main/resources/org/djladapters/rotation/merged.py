# The products of linear layers in merged models, which run on machines that nobody knows here, without the library.
# Operators that every engine has, in a form that goes to oneDNN: a filter of one pixel over a picture of rows. Its
# dilation changes nothing, but the engine takes oneDNN for it with one thread as well.

def fast(x: Tensor, weight: Tensor, bias: Optional[Tensor], rows: int) -> bool:
  # oneDNN is faster than the engine's own product for large float32 products on CPUs with AVX-512;
  # for few inputs its dilated filters are slow
  if x.dtype != 6 or weight.dtype != 6 or not x.is_cpu or weight.dim() != 2:
    return False
  if bias is not None:
    if bias.dtype != 6 or bias.dim() != 1:
      return False
  if x.numel() < 32768 or x.numel() < rows * x.size(-1) or weight.size(0) < 128 or weight.size(1) < 128:
    return False
  return torch._get_cpu_capability() == "AVX512"

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], rows: int) -> Tensor:
  # x W^T + b for x (..., in) and W (out, in)
  if not __torch__.djladapters.merged.fast(x, weight, bias, rows):
    return torch.linear(x, weight, bias)
  pixels = x.reshape([1, -1, 1, x.size(-1)]).permute([0, 3, 1, 2])
  w = weight.reshape([weight.size(0), weight.size(1), 1, 1])
  y = torch.conv2d(pixels, w, bias, [1, 1], [0, 0], [2, 2])
  return y.permute([0, 2, 3, 1]).reshape(x.size()[:-1] + [weight.size(0)])

def matmul(x: Tensor, weight: Tensor, rows: int) -> Tensor:
  # x W for x (..., in) and W (in, out)
  if not __torch__.djladapters.merged.fast(x, weight, None, rows):
    return torch.matmul(x, weight)
  return __torch__.djladapters.merged.turned(x, weight, None)

def addmm(bias: Tensor, x: Tensor, weight: Tensor, rows: int) -> Tensor:
  # b + x W for x (n, in) and W (in, out)
  if not __torch__.djladapters.merged.fast(x, weight, bias, rows):
    return torch.addmm(bias, x, weight)
  return __torch__.djladapters.merged.turned(x, weight, bias)

def turned(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  # the filters of a transposed convolution lie as W does
  pixels = x.reshape([1, -1, 1, x.size(-1)]).permute([0, 3, 1, 2])
  w = weight.reshape([weight.size(0), weight.size(1), 1, 1])
  y = torch.conv_transpose2d(pixels, w, bias, [1, 1], [0, 0], [0, 0], 1, [2, 2])
  return y.permute([0, 2, 3, 1]).reshape(x.size()[:-1] + [weight.size(1)])
