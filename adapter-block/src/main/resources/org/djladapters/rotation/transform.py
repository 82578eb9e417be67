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

def socketed(values: List[Tensor], start: int, weight: Tensor) -> Optional[List[Tensor]]:
  # what stands in a socket: a transform and, where W' and what its tape keeps (1: inputs) come with it,
  #   11, 12  these two
  #   13, ... for every pass the kept, its version and an array that gets the gradient of the products
  t = __torch__.djladapters.transform.plugged(values, start, weight)
  if values[start + 11].numel() == 0:
    return t
  taped = annotate(List[Tensor], [])
  if t is not None:
    taped.extend(t)
  else:
    taped.extend(values[start:start + 11])
  taped.extend(values[start + 11:start + 13])
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
    w = __torch__.djladapters.transform.rotate(w.t(), t[5], t[6]).t()
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

def taped(x: Tensor, bias: Optional[Tensor], t: List[Tensor]) -> Tensor:
  # the layer with W' in place of W; no gradient flows into W', which is what the rest is for: the kept,
  # its version, and the start of the sum x W'^T + b as an array of its own, where the gradient stays
  weight = t[11]
  z = x.reshape([-1, x.size(-1)])
  start = torch.zeros([1], dtype=weight.dtype, device=weight.device)
  added = False
  if bias is not None:
    if t[7].numel() == 0 and not bias.requires_grad:
      start = bias.detach()
      added = True
  results = start.expand([z.size(0), weight.size(0)]).requires_grad_(True)
  y = torch.addmm(results, z, weight.t())
  kept = y
  if float(t[12]) == 1.0:
    kept = z
  t.append(kept.detach())
  t.append(torch.tensor(kept._version()))
  t.append(results)
  y = y.reshape(x.size()[:-1] + [weight.size(0)])
  if added:
    return __torch__.djladapters.transform.after(y, weight, None, t)
  return __torch__.djladapters.transform.after(y, weight, bias, t)

def passages(found: List[Tensor], socket: int, transform: Optional[List[Tensor]]) -> int:
  # adds what passes left in a socket: its number (-1 if the kept was changed in place), the kept, the results
  if transform is not None:
    t = transform
    for i in range(13, len(t), 3):
      number = socket
      if t[i]._version() != int(t[i + 1]):
        number = -1
      found.append(torch.tensor(number))
      found.append(t[i])
      found.append(t[i + 2])
  return len(found)

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], transform: Optional[List[Tensor]]) -> Tensor:
  if transform is None:
    return torch.linear(x, weight, bias)
  if len(transform) > 11:
    return __torch__.djladapters.transform.taped(x, bias, transform)
  y = torch.linear(__torch__.djladapters.transform.rotated(x, transform), weight)
  y = __torch__.djladapters.transform.lowered(y, x, transform)
  return __torch__.djladapters.transform.after(y, weight, bias, transform)

def addmm(bias: Tensor, x: Tensor, weight: Tensor, transform: Optional[List[Tensor]]) -> Tensor:
  if transform is None:
    return torch.addmm(bias, x, weight)
  if len(transform) > 11:
    return __torch__.djladapters.transform.taped(x, bias, transform)
  y = torch.mm(__torch__.djladapters.transform.rotated(x, transform), weight)
  y = __torch__.djladapters.transform.lowered(y, x, transform)
  return __torch__.djladapters.transform.after(y, weight.t(), bias, transform)

def matmul(x: Tensor, weight: Tensor, transform: Optional[List[Tensor]]) -> Tensor:
  if transform is None:
    return torch.matmul(x, weight)
  if len(transform) > 11:
    return __torch__.djladapters.transform.taped(x, None, transform)
  y = torch.matmul(__torch__.djladapters.transform.rotated(x, transform), weight)
  y = __torch__.djladapters.transform.lowered(y, x, transform)
  return __torch__.djladapters.transform.after(y, weight.t(), None, transform)

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
