# Weight transforms on activations and on weights. Plugged into the layers of adapted models and used by the kernel.
#
# A transform t is a list of tensors, of which those without elements stand for what is left out:
#   0, 1   rotation R of the inputs: blocks (steps, n, b, b) and index (steps + 1, n * b)
#   2, 3   A (r, in) and B (out, r) of the low-rank sum B A
#   4      probability of dropping an input of A (1)
#   5, 6   rotation C of the outputs: blocks and index
#   7      factors s of the outputs before the bias (out)
#   8      norms that the rows of the weight get (out)
#   9      what is added to the bias (out)
#   10     factors g of the outputs after the bias (out)

def plugged(values: List[Tensor], start: int, weight: Tensor) -> Optional[List[Tensor]]:
  # the transform that begins at a position, in the type of the weight; None if all is left out
  t = annotate(List[Tensor], [])
  some = False
  for i in range(start, start + 11):
    value = values[i]
    some = some or value.numel() > 0
    if value.dtype == 4:  # a copy, since the memory of the caller's is gone before gradients are computed
      value = value.clone()
    else:
      value = value.to(weight.dtype)
    t.append(value)
  if some:
    return t
  return None

def socketed(values: List[Tensor], socket: int, codes: Tensor, weight: Tensor) -> Optional[List[Tensor]]:
  # what stands in a socket: a transform and, where more comes with it, from position 11 on what a recording takes: W',
  # codes, two arrays, and the blocks of C
  start = 15 * socket
  t = __torch__.djladapters.transform.plugged(values, start, weight)
  if values[start + 11].numel() == 0 and values[start + 14].numel() == 0:
    return t
  taped = annotate(List[Tensor], [])
  if t is not None:
    taped.extend(t)
  else:
    taped.extend(values[start:start + 11])
  # copies of what is the caller's memory, which is gone before the backward pass
  taped.append(values[start + 11])
  taped.append(codes[socket].clone())
  if values[start + 14].numel() > 0:
    taped.append(values[start + 12].clone())
    taped.append(values[start + 13].clone())
  else:
    taped.extend(values[start + 12:start + 14])
  taped.append(values[start + 14])
  return taped

def rotate(y: Tensor, rotation: Tensor, index: Tensor) -> Tensor:
  # y C on the last axis: a gather and a product with the blocks for every step, and a last gather
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
    if index.numel() > 0:
      z = z.index_select(1, index[s])
    if b == 1:
      z = z * rotation[s].reshape([-1])
    elif blocks == 1:
      z = torch.mm(z, rotation[s][0])
    else:
      z = torch.bmm(z.reshape([-1, blocks, b]).transpose(0, 1), rotation[s]).transpose(0, 1).reshape([-1, rotated])
  if index.numel() > 0:
    z = z.index_select(1, index[steps])
  if rotated < features:
    z = torch.cat([z, rest], 1)
  return z.reshape(y.size())

def rotate_rows(w: Tensor, rotation: Tensor, index: Tensor) -> Tensor:
  # C^T w for w of shape (out, ...), what rotate does to the columns of w^T without turning w over
  steps = rotation.size(0)
  blocks = rotation.size(1)
  b = rotation.size(2)
  rotated = blocks * b
  z = w.narrow(0, 0, rotated)
  for s in range(steps):
    if index.numel() > 0:
      z = z.index_select(0, index[s])
    if b == 1:
      z = z * rotation[s].reshape([-1, 1])
    else:
      z = torch.bmm(rotation[s].transpose(1, 2), z.reshape([blocks, b, -1])).reshape([rotated, -1])
  if index.numel() > 0:
    z = z.index_select(0, index[steps])
  if rotated < w.size(0):
    z = torch.cat([z, w.narrow(0, rotated, w.size(0) - rotated)], 0)
  return z

def reverse(rotation: Tensor, index: Tensor) -> Tuple[Tensor, Tensor]:
  # blocks and index of C^T
  turned = torch.flip(rotation, [0]).transpose(2, 3)
  if index.numel() == 0:
    return (turned, index)
  return (turned, torch.argsort(torch.flip(index, [0]), 1))

def lowered(y: Tensor, x: Tensor, t: List[Tensor]) -> Tensor:
  # y + x A^T B^T
  if t[2].numel() == 0:
    return y
  z = x
  if t[4].numel() > 0:
    z = torch.dropout(x, float(t[4]), True)
  return y + torch.linear(torch.linear(z, t[2]), t[3])

def inner(weight: Tensor, t: List[Tensor]) -> Tensor:
  # W R^T + B A for W of shape (out, in)
  w = weight
  if t[0].numel() > 0:
    back = __torch__.djladapters.transform.reverse(t[0], t[1])
    w = __torch__.djladapters.transform.rotate(w, back[0], back[1])
  if t[2].numel() > 0:
    w = w + torch.mm(t[3], t[2])
  return w

def magnitude(w: Tensor, t: List[Tensor]) -> Tensor:
  # the factors that give the rows of w = W R^T + B A their norms; the rows' own norms are constants
  return t[8] / torch.linalg_vector_norm(w.detach(), 2, [1])

def after(y: Tensor, weight: Tensor, bias: Optional[Tensor], t: List[Tensor]) -> Tensor:
  # what follows the products; weight: (out, in)
  z = y
  if t[8].numel() > 0:
    z = z * __torch__.djladapters.transform.magnitude(__torch__.djladapters.transform.inner(weight, t), t)
  if t[5].numel() > 0:
    z = __torch__.djladapters.transform.rotate(z, t[5], t[6])
  if t[7].numel() > 0:
    z = z * t[7]
  if bias is not None:
    z = z + bias
  if t[9].numel() > 0:
    z = z + t[9]
  if t[10].numel() > 0:
    z = z * t[10]
  return z

def rotated(x: Tensor, t: List[Tensor]) -> Tensor:
  # x R
  if t[0].numel() == 0:
    return x
  return __torch__.djladapters.transform.rotate(x, t[0], t[1])

def weight(weight: Tensor, t: List[Tensor]) -> Tensor:
  # W' of W, both (out, in)
  w = __torch__.djladapters.transform.inner(weight, t)
  if t[8].numel() > 0:
    w = w * torch.unsqueeze(__torch__.djladapters.transform.magnitude(w, t), 1)
  if t[5].numel() > 0:
    w = __torch__.djladapters.transform.rotate_rows(w, t[5], t[6])
  if t[7].numel() > 0:
    w = w * torch.unsqueeze(t[7], 1)
  if t[10].numel() > 0:
    w = w * torch.unsqueeze(t[10], 1)
  return w

def bias(bias: Tensor, t: List[Tensor]) -> Tensor:
  b = bias
  if t[9].numel() > 0:
    b = b + t[9]
  if t[10].numel() > 0:
    b = b * t[10]
  return b

def recorded(x: Tensor, weight: Tensor, bias: Optional[Tensor], transform: Optional[List[Tensor]], recording: __torch__.djladapters.recording.Recording) -> Tensor:
  # the layer outside of autograd, with W' in place of W if a transform comes with it; weight: (out, in)
  bare = bias is None
  if bias is not None:
    bare = bias.requires_grad
  if transform is None:
    nothing = annotate(List[Tensor], [])
    if bare:
      y = recording.linear(x, weight, None, nothing)
      if bias is not None:
        y = y + bias
      return y
    return recording.linear(x, weight, bias, nothing)
  adapter = transform[11:16]
  if bare or transform[7].numel() > 0:
    y = recording.linear(x, weight, None, adapter)
    return __torch__.djladapters.transform.after(y, weight, bias, transform)
  y = recording.linear(x, weight, bias, adapter)
  return __torch__.djladapters.transform.after(y, weight, None, transform)

def product(x: Tensor, weight: Tensor, bias: Optional[Tensor], transform: Optional[List[Tensor]], way: Optional[List[int]], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  # a linear layer; weight: (out, in)
  if recording is not None and not weight.requires_grad:
    outside = transform is None
    if transform is not None:
      outside = len(transform) > 11
    if outside:
      return __torch__.djladapters.transform.recorded(x, weight, bias, transform, recording)
  if transform is None:
    return __torch__.djladapters.product.linear(x, weight, bias, way)
  z = __torch__.djladapters.transform.rotated(x, transform)
  if recording is not None and not weight.requires_grad:
    y = recording.linear(z, weight, None, annotate(List[Tensor], []))
  else:
    y = __torch__.djladapters.product.linear(z, weight, None, way)
  y = __torch__.djladapters.transform.lowered(y, x, transform)
  return __torch__.djladapters.transform.after(y, weight, bias, transform)

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], transform: Optional[List[Tensor]], way: Optional[List[int]], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  return __torch__.djladapters.transform.product(x, weight, bias, transform, way, recording)

def addmm(bias: Tensor, x: Tensor, weight: Tensor, transform: Optional[List[Tensor]], way: Optional[List[int]], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  return __torch__.djladapters.transform.product(x, weight.t(), bias, transform, way, recording)

def matmul(x: Tensor, weight: Tensor, transform: Optional[List[Tensor]], way: Optional[List[int]], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  return __torch__.djladapters.transform.product(x, weight.t(), None, transform, way, recording)

def embedding(weight: Tensor, ids: Tensor, padding: int, scaled: bool, sparse: bool, transform: Optional[List[Tensor]]) -> Tensor:
  y = torch.embedding(weight, ids, padding, scaled, sparse)
  if transform is None:
    return y
  if transform[2].numel() > 0:
    y = y + torch.linear(torch.embedding(transform[2].t(), ids, padding, scaled, sparse), transform[3])
  return __torch__.djladapters.transform.after(y, weight.t(), None, transform)

def convolution(x: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int], transposed: bool, output_padding: List[int], groups: int, benchmark: bool, deterministic: bool, cudnn: bool, tf32: bool, transform: Optional[List[Tensor]]) -> Tensor:
  if transform is None:
    return torch._convolution(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32)
  z = x
  if transform[0].numel() > 0:  # filters of one pixel only: others are rotated themselves
    z = __torch__.djladapters.transform.rotated(x.movedim(-3, -1), transform).movedim(-1, -3)
  y = torch._convolution(z, weight, None, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32).movedim(-3, -1)
  if transform[2].numel() > 0:
    z = x
    if transform[4].numel() > 0:
      z = torch.dropout(x, float(transform[4]), True)
    down = transform[2].reshape([-1, weight.size(1), weight.size(2), weight.size(3)])
    z = torch._convolution(z, down, None, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32)
    y = y + torch.linear(z.movedim(-3, -1), transform[3])
  y = __torch__.djladapters.transform.after(y, weight.reshape([weight.size(0), -1]), bias, transform)
  # contiguous as a convolution's result is, since programs may view it in another shape
  return y.movedim(-1, -3).contiguous()

def way(values: Tensor) -> Optional[List[int]]:
  # how products are computed, see product.py; nothing for the engine's own
  if values.numel() == 0:
    return None
  return annotate(List[int], [int(values[0]), int(values[1]), int(values[2])])
