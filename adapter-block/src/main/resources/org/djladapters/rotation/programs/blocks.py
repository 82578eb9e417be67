# Rotations of blocks of coordinates for recording.py and backward.py, without gradients.

# A rotation C with count blocks on its diagonal. Coordinates beyond the blocks stay as they are.
class Rotation(NamedTuple):
  block : Tensor  # (distinct, b, b): one block for each, or one for all
  count : int
  parts : List[int]  # the sizes of the parts of a block that are multiplied one by one, the rest of C is the identity
  strided : bool  # whether block j holds the coordinates j, j + count, j + 2 count, ... instead of the b from j b on

def filtered(y: Tensor, c: __torch__.djladapters.blocks.Rotation, bias: Optional[Tensor], back: bool) -> Tensor:
  # y C + bias, or y C^T + bias (back), for y (rows, out), bias (out) and neighbours as blocks: the rows are the pixels of
  # a picture, and the filters (count * b, b, 1, 1) are dilated as in product.py
  b = c.block.size(1)
  rotated = c.count * b
  rest = y.size(1) - rotated
  start = bias
  if bias is not None and rest > 0:
    start = bias.narrow(0, 0, rotated)
  block = c.block
  if not back:
    block = block.transpose(1, 2)
  filters = block.expand([c.count, b, b]).reshape([rotated, b, 1, 1])
  pixels = y.narrow(1, 0, rotated).reshape([1, -1, 1, rotated]).permute([0, 3, 1, 2])
  z = torch.conv2d(pixels, filters, start, [1, 1], [0, 0], [2, 2], c.count).permute([0, 2, 3, 1]).reshape([-1, rotated])
  if rest == 0:
    return z
  others = y.narrow(1, rotated, rest)
  if bias is not None:
    others = others + bias.narrow(0, rotated, rest)
  return torch.cat([z, others], 1)

def is_filtered(rows: int, features: int) -> bool:
  # whether oneDNN rotates y (rows, features): the engine does not give it smaller pictures
  return rows * features > 20480

def weight(w: Tensor, c: __torch__.djladapters.blocks.Rotation) -> Tensor:
  # C^T W for W (out, in), which lies in memory as W does and is of its type. In 16 bits it is W + (C - I)^T W, rounded once,
  # since those of C are too few for a rotation by a small angle
  if not c.strided and __torch__.djladapters.product.is_by_columns(w) and __torch__.djladapters.blocks.is_filtered(w.size(1), w.size(0)):
    return __torch__.djladapters.blocks.filtered(w.t(), c, None, False).t()
  b = c.block.size(1)
  rotated = c.count * b
  rows = w.narrow(0, 0, rotated)
  if c.strided:
    rows = rows.reshape([b, c.count, -1]).transpose(0, 1)
  else:
    rows = rows.reshape([c.count, b, -1])
  if __torch__.djladapters.product.is_narrow(w):
    change = torch.sub(c.block, torch.eye(b, dtype=c.block.dtype, device=w.device)).to(w.dtype)
    z = torch.baddbmm(rows, change.expand([c.count, b, b]).transpose(1, 2), rows)
  else:
    z = __torch__.djladapters.blocks.by_parts(rows, c)
  if c.strided:
    z = z.transpose(0, 1)
  z = z.reshape([rotated, -1])
  if rotated < w.size(0):
    z = torch.cat([z, w.narrow(0, rotated, w.size(0) - rotated)], 0)
  return z

def by_parts(rows: Tensor, c: __torch__.djladapters.blocks.Rotation) -> Tensor:
  # C^T times rows (count, b, in), part by part
  b = c.block.size(1)
  products = annotate(List[Tensor], [])
  at = 0
  for size in c.parts:
    part = c.block.narrow(1, at, size).narrow(2, at, size).expand([c.count, size, size]).transpose(1, 2)
    products.append(torch.bmm(part, rows.narrow(1, at, size)))
    at = at + size
  if at < b:
    products.append(rows.narrow(1, at, b - at))
  z = products[0]
  if len(products) > 1:
    z = torch.cat(products, 1)
  return z

def input_weight(w: Tensor, c: __torch__.djladapters.blocks.Rotation) -> Tensor:
  # W C^T for W (out, in), so that the product with x is that of x C with W
  back = __torch__.djladapters.blocks.Rotation(c.block.transpose(1, 2), c.count, c.parts, c.strided)
  return __torch__.djladapters.blocks.weight(w.t(), back).t()

def on_rows(rows: int, w: Tensor) -> bool:
  # whether it takes oneDNN less time to rotate activations (rows, out), forward and back, than W (out, in) once. That is
  # twice as many operations for as many rows as W has columns, in smaller pieces; measured, it is less below a third
  return 3 * rows <= w.size(1) and __torch__.djladapters.blocks.is_filtered(rows, w.size(0))

def divided(y: Tensor, c: __torch__.djladapters.blocks.Rotation) -> Tensor:
  # the coordinates of y (rows, out) by blocks: (count, rows, b)
  b = c.block.size(1)
  if c.strided:
    return y.narrow(1, 0, c.count * b).reshape([-1, b, c.count]).permute([2, 0, 1])
  return y.narrow(1, 0, c.count * b).reshape([-1, c.count, b]).transpose(0, 1)

def squares(left: Tensor, right: Tensor) -> Tensor:
  # left^T right for every block, both (count, rows, size); threads share the blocks of a call evenly only if there are
  # many or an even number
  if __torch__.djladapters.product.is_narrow(left):  # copying the blocks takes less time than multiplying them in place
    return torch.bmm(left.contiguous().transpose(1, 2), right.contiguous())
  count = left.size(0)
  if count % 2 == 0 or count > 8:
    return torch.bmm(left.transpose(1, 2), right)
  last = torch.unsqueeze(torch.mm(left[-1].t(), right[-1]), 0)
  if count == 1:
    return last
  pairs = torch.bmm(left.narrow(0, 0, count - 1).transpose(1, 2), right.narrow(0, 0, count - 1))
  return torch.cat([pairs, last], 0)

def tangent(y: Tensor, g: Tensor, bias: Optional[Tensor], c: __torch__.djladapters.blocks.Rotation, positions: Tensor, signs: Tensor) -> Tensor:
  # (count, n n): the gradient of X, where dA = A X, from results y = z C + bias and their gradient g, both (rows, out).
  # X changes C_k by C_k c_k(X), where c_k is linear: all that counts of (y - bias)^T g is its entries at I and J that
  # differ in one index at most. positions and signs (n n, m) are those of these entries in the products of the parts of a
  # block, one after the other. Where C is of the inputs x of a layer, dA = X A changes C_k by c_k(X) C_k, and x and its
  # gradient stand in the places of y and g
  left = __torch__.djladapters.blocks.divided(y, c)
  right = __torch__.djladapters.blocks.divided(g, c)
  none = torch.empty([0])
  whole, row, column = none, none, none
  if __torch__.djladapters.product.is_narrow(y):  # each part would be copied, which takes longer than the whole block
    whole = __torch__.djladapters.blocks.squares(left, right)
  if bias is not None:
    row = __torch__.djladapters.product.wide(__torch__.djladapters.blocks.divided(torch.unsqueeze(bias, 0), c).transpose(1, 2))
    column = __torch__.djladapters.blocks.divided(torch.sum(g, [0], True, dtype=row.dtype), c)
  products = annotate(List[Tensor], [])
  at = 0
  for size in c.parts:
    if whole.numel() > 0:
      square = whole.narrow(1, at, size).narrow(2, at, size)
    else:
      square = __torch__.djladapters.blocks.squares(left.narrow(2, at, size), right.narrow(2, at, size))
    square = __torch__.djladapters.product.wide(square)
    if bias is not None:
      square = torch.baddbmm(square, row.narrow(1, at, size), column.narrow(2, at, size), beta=1, alpha=-1)
    products.append(square.reshape([c.count, -1]))
    at = at + size
  entries = products[0]
  if len(products) > 1:
    entries = torch.cat(products, 1)
  entries = entries.index_select(1, positions.reshape([-1])).reshape([c.count, signs.size(0), signs.size(1)])
  return torch.sum(entries * signs.to(entries.dtype), [2])
