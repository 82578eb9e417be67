# Rotations C of blocks of coordinates for recording.py and backward.py, without gradients. C has count blocks of size b
# on its diagonal, which block (distinct, b, b) holds: one for each, or one for all. Coordinates beyond the blocks stay as
# they are. Block j holds the b coordinates from j b on, or of strided blocks the coordinates j, j + count, j + 2 count, ...

def filters(block: Tensor, count: int, back: bool) -> Tensor:
  # the filters (count * b, b, 1, 1) that rotate the pixels of a picture by C, or back by C^T
  b = block.size(1)
  c = block
  if not back:
    c = c.transpose(1, 2)
  return c.expand([count, b, b]).reshape([count * b, b, 1, 1])

def filtered(y: Tensor, block: Tensor, count: int, bias: Optional[Tensor], back: bool) -> Tensor:
  # y C + bias, or y C^T, for y (rows, out) and bias (out): the rows are the pixels of a picture, dilated as in product.py
  rotated = count * block.size(1)
  rest = y.size(1) - rotated
  start = bias
  if bias is not None and rest > 0:
    start = bias.narrow(0, 0, rotated)
  pixels = y.narrow(1, 0, rotated).reshape([1, -1, 1, rotated]).permute([0, 3, 1, 2])
  f = __torch__.djladapters.blocks.filters(block, count, back)
  z = torch.conv2d(pixels, f, start, [1, 1], [0, 0], [2, 2], count).permute([0, 2, 3, 1]).reshape([-1, rotated])
  if rest == 0:
    return z
  others = y.narrow(1, rotated, rest)
  if bias is not None:
    others = others + bias.narrow(0, rotated, rest)
  return torch.cat([z, others], 1)

def is_filtered(rows: int, features: int) -> bool:
  # whether oneDNN rotates y (rows, features): the engine does not give it smaller pictures
  return rows * features > 20480

def weight(w: Tensor, block: Tensor, count: int, sizes: List[int], strided: bool) -> Tensor:
  # C^T W for W (out, in), which lies in memory as W does; sizes: those of the parts of a block that are multiplied part
  # by part, since the rest of C is that of the identity
  if not strided and __torch__.djladapters.product.is_by_columns(w) and __torch__.djladapters.blocks.is_filtered(w.size(1), w.size(0)):
    return __torch__.djladapters.blocks.filtered(w.t(), block, count, None, False).t()
  b = block.size(1)
  rotated = count * b
  rows = w.narrow(0, 0, rotated)
  if strided:
    rows = rows.reshape([b, count, -1]).transpose(0, 1)
  else:
    rows = rows.reshape([count, b, -1])
  products = annotate(List[Tensor], [])
  at = 0
  for size in sizes:
    c = block.narrow(1, at, size).narrow(2, at, size).expand([count, size, size]).transpose(1, 2)
    products.append(torch.bmm(c, rows.narrow(1, at, size)))
    at = at + size
  if at < b:
    products.append(rows.narrow(1, at, b - at))
  z = products[0]
  if len(products) > 1:
    z = torch.cat(products, 1)
  if strided:
    z = z.transpose(0, 1)
  z = z.reshape([rotated, -1])
  if rotated < w.size(0):
    z = torch.cat([z, w.narrow(0, rotated, w.size(0) - rotated)], 0)
  return z

def input_weight(w: Tensor, block: Tensor, count: int, sizes: List[int], strided: bool) -> Tensor:
  # W C^T for W (out, in), so that the product with x is that of x C with W
  return __torch__.djladapters.blocks.weight(w.t(), block.transpose(1, 2), count, sizes, strided).t()

def on_rows(rows: int, w: Tensor) -> bool:
  # whether it takes oneDNN less time to rotate activations (rows, out), forward and back, than W (out, in) once. That is
  # twice as many operations for as many rows as W has columns, in smaller pieces; measured, it is less below a third
  return 3 * rows <= w.size(1) and __torch__.djladapters.blocks.is_filtered(rows, w.size(0))

def divided(y: Tensor, count: int, b: int, strided: bool) -> Tensor:
  # the coordinates of y (rows, out) by blocks: (count, rows, b)
  if strided:
    return y.narrow(1, 0, count * b).reshape([-1, b, count]).permute([2, 0, 1])
  return y.narrow(1, 0, count * b).reshape([-1, count, b]).transpose(0, 1)

def squares(left: Tensor, right: Tensor) -> Tensor:
  # left^T right for every block, both (count, rows, size); threads share the blocks of a call evenly only if there are
  # many or an even number
  count = left.size(0)
  if count % 2 == 0 or count > 8:
    return torch.bmm(left.transpose(1, 2), right)
  last = torch.unsqueeze(torch.mm(left[-1].t(), right[-1]), 0)
  if count == 1:
    return last
  pairs = torch.bmm(left.narrow(0, 0, count - 1).transpose(1, 2), right.narrow(0, 0, count - 1))
  return torch.cat([pairs, last], 0)

def tangent(y: Tensor, g: Tensor, bias: Optional[Tensor], count: int, b: int, sizes: List[int], strided: bool, positions: Tensor, signs: Tensor) -> Tensor:
  # (count, n n): the gradient of X, where dA = A X, from results y = z C + bias and their gradient g, both (rows, out).
  # X changes C_k by C_k c_k(X), where c_k is linear: all that counts of (y - bias)^T g is its entries at I and J that
  # differ in one index at most. positions and signs (n n, m) of these entries in the products of the parts of a block, one
  # after the other; sizes: those of the parts. Where C is of the inputs x of a layer, dA = X A changes C_k by c_k(X) C_k,
  # and x and its gradient stand in the places of y and g
  left = __torch__.djladapters.blocks.divided(y, count, b, strided)
  right = __torch__.djladapters.blocks.divided(g, count, b, strided)
  products = annotate(List[Tensor], [])
  at = 0
  for size in sizes:
    square = __torch__.djladapters.blocks.squares(left.narrow(2, at, size), right.narrow(2, at, size))
    if bias is not None:
      row = __torch__.djladapters.blocks.divided(torch.unsqueeze(bias, 0), count, b, strided).transpose(1, 2)
      column = __torch__.djladapters.blocks.divided(torch.sum(g, [0], True), count, b, strided)
      square = torch.baddbmm(square, row.narrow(1, at, size), column.narrow(2, at, size), beta=1, alpha=-1)
    products.append(square.reshape([count, -1]))
    at = at + size
  all = products[0]
  if len(products) > 1:
    all = torch.cat(products, 1)
  entries = all.index_select(1, positions.reshape([-1])).reshape([count, signs.size(0), signs.size(1)])
  return torch.sum(entries * signs.to(entries.dtype), [2])
