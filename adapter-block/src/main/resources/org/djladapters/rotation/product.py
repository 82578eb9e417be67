# The product of a linear layer. Called by adapted models, by the kernel and by merged models.
#
# way says how it is computed: None as the engine does; else (rows, bits), by oneDNN from so many rows of inputs on,
# with factors of 32 bits, or of 16 (bfloat16), added up in 32. Only float32 on a CPU has a choice.

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], way: Optional[List[int]]) -> Tensor:
  # x W^T + b for x (..., in) and W (out, in); gradients flow
  if way is None:
    return torch.linear(x, weight, bias)
  if x.dtype != 6 or weight.dtype != 6 or not x.is_cpu or x.numel() < way[0] * x.size(-1):
    return torch.linear(x, weight, bias)
  z = x
  w = weight
  b = bias
  if way[1] == 16:
    z = z.to(15)
    w = w.to(15)
    if bias is not None:
      b = bias.to(15)
  needed = x.requires_grad or weight.requires_grad
  if bias is not None:
    needed = needed or bias.requires_grad
  if needed and torch.is_grad_enabled():
    # a filter of one pixel over a picture of rows: the form of oneDNN's product that has gradients
    pixels = z.reshape([1, -1, 1, x.size(-1)]).permute([0, 3, 1, 2])
    y = torch.conv2d(pixels, w.reshape([w.size(0), w.size(1), 1, 1]), b)
    y = y.permute([0, 2, 3, 1]).reshape(x.size()[:-1] + [w.size(0)])
  else:
    y = ops.mkldnn._linear_pointwise(z.detach(), w.detach(), b, "none", annotate(List[Optional[number]], []), "")
  return y.to(6)

def added(x: Tensor, weight: Tensor, way: Optional[List[int]], other: Tensor) -> Tensor:
  # x W^T + other, without gradients; other has the result's elements in any shape, or none
  if other.numel() == 0:
    return __torch__.djladapters.product.linear(x, weight, None, way)
  sum = other.reshape([x.size(0), weight.size(0)])
  if way is not None:
    if way[1] == 32 and x.dtype == 6 and weight.dtype == 6 and x.is_cpu and x.size(0) >= way[0]:
      return ops.mkldnn._linear_pointwise(x, sum, weight, None, "add")
  return torch.add(sum, __torch__.djladapters.product.linear(x, weight, None, way))
