# Weight transforms on activations. Plugged into the layers of adapted models and used by the kernel.
#
# rotation: (steps, blocks, b, b), applied from the right to the first blocks * b coordinates of the
#           last axis, step after step; the other coordinates are left alone.
# index:    (steps + 1, blocks * b) or None: the coordinates are gathered by index[s] before step s
#           and by index[steps] after the last one.
# scale:    one factor per coordinate, or None.

def optional(value: Tensor) -> Optional[Tensor]:
  if value.numel() == 0:
    return None
  return value

def rotate(y: Tensor, rotation: Tensor, index: Optional[Tensor], scale: Optional[Tensor]) -> Tensor:
  steps = rotation.size(0)
  blocks = rotation.size(1)
  b = rotation.size(2)
  features = y.size(-1)
  rotated = blocks * b
  z = y.reshape([-1, features])
  rest = z
  if rotated < features:
    rest = z.narrow(1, rotated, features - rotated)
    z = z.narrow(1, 0, rotated)
  for s in range(steps):
    if index is not None:
      z = z.index_select(1, index[s])
    if blocks == 1:
      z = torch.mm(z, rotation[s][0])
    else:
      z = torch.bmm(z.reshape([-1, blocks, b]).transpose(0, 1), rotation[s]).transpose(0, 1).reshape([-1, rotated])
  if index is not None:
    z = z.index_select(1, index[steps])
  if rotated < features:
    z = torch.cat([z, rest], 1)
  if scale is not None:
    z = z * scale
  return z.reshape(y.size())

def product(y: Tensor, rotation: Optional[Tensor], index: Optional[Tensor], scale: Optional[Tensor]) -> Tensor:
  if rotation is None:
    return y
  return __torch__.djladapters.transform.rotate(y, rotation, index, scale)

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], rotation: Optional[Tensor], index: Optional[Tensor], scale: Optional[Tensor]) -> Tensor:
  if rotation is None:
    return torch.linear(x, weight, bias)
  y = __torch__.djladapters.transform.rotate(torch.linear(x, weight), rotation, index, scale)
  if bias is not None:
    y = y + bias
  return y

def addmm(bias: Tensor, x: Tensor, weight: Tensor, rotation: Optional[Tensor], index: Optional[Tensor], scale: Optional[Tensor]) -> Tensor:
  if rotation is None:
    return torch.addmm(bias, x, weight)
  return __torch__.djladapters.transform.rotate(torch.mm(x, weight), rotation, index, scale) + bias

def convolution(x: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int], transposed: bool, output_padding: List[int], groups: int, benchmark: bool, deterministic: bool, cudnn: bool, tf32: bool, rotation: Optional[Tensor], index: Optional[Tensor], scale: Optional[Tensor]) -> Tensor:
  if rotation is None:
    return torch._convolution(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32)
  y = torch._convolution(x, weight, None, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32)
  y = __torch__.djladapters.transform.rotate(y.movedim(-3, -1), rotation, index, scale)
  if bias is not None:
    y = y + bias
  # contiguous as a convolution's result is, since programs may view it in another shape
  return y.movedim(-1, -3).contiguous()
