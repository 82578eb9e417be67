# Compound rotations C of many layers of one form in one call, called by CompoundKernel.java.
#
# Every layer brings the parameters of its orthogonal matrices Q of shape (n, n): (chain, distinct, p), the packed
# strictly upper triangles of skew matrices S with p = n (n - 1) / 2, or where the map is "matrix" (chain, distinct, n, n).
# A block of C is block_diag(C_k1(A), C_k2(A), ..., I) of size b, where C_k(A) holds the minors of order k and A is Q, or
# with gains d (chain, distinct, n) Q diag(e^d).

class CompoundKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def rotations(self, parameters: List[Tensor], plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # the blocks (steps, blocks, b, b) of C of every layer; with gains, those of all layers follow the parameters
    form = __torch__.djladapters.compound.form(options)
    layers = len(parameters)
    if form.gains:
      layers = layers // 2
    chain = __torch__.djladapters.compound.blocks(torch.stack(parameters[:layers]), parameters[layers:], plan, form)
    return torch.unbind(__torch__.djladapters.compound.compose(chain, plan, form), 0)

  def rotate(self, y: Tensor, rotation: Tensor, index: Tensor, scale: Tensor) -> Tensor:
    # (y C) * scale for activations y of shape (..., features); an index or a scale without elements is none
    z = __torch__.djladapters.transform.rotate(y, rotation.to(y.dtype), index)
    if scale.numel() > 0:
      z = z * scale.to(y.dtype)
    return z

# What the layers have in common: the numbers of IndexPlan.options. size is n and block_size is b; map and terms are
# those of orthogonal.py; an entry of C_k is a determinant unless it is the maximum of products, the average of sums, or
# a permanent, whose expansion has no alternating signs.
class Form(NamedTuple):
  size : int
  blocks : int
  block_size : int
  map : int
  terms : int
  alternating : bool
  maximum : bool
  average : bool
  added : bool
  centered : bool
  offsets : bool
  gains : bool
  orders : List[int]

def form(options: Tensor) -> __torch__.djladapters.compound.Form:
  # the numbers of IndexPlan.options by their names
  size, blocks, block_size, map, terms, rule, added, centered, offsets, gains = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
  determinant, maximum, average = 0, 1, 2
  numbers = __torch__.djladapters.arrays.integers(options)
  return __torch__.djladapters.compound.Form(
      numbers[size],
      numbers[blocks],
      numbers[block_size],
      numbers[map],
      numbers[terms],
      numbers[rule] == determinant,
      numbers[rule] == maximum,
      numbers[rule] == average,
      bool(numbers[added]),
      bool(numbers[centered]),
      bool(numbers[offsets]),
      bool(numbers[gains]),
      numbers[gains + 1:])

# How minors of order k are expanded: for every subset of k columns its first column and the rank of the subset without
# it, then for every subset of k rows the k rows to pick and the k ranks of the subset without them.
class Expansion(NamedTuple):
  first_columns : Tensor
  column_rests : Tensor
  picked_rows : Tensor
  row_rests : Tensor

# The index arrays of IndexPlan.arrays: one that finds S or angles in the parameters, the expansions of the orders 2, 3,
# ..., and the shifted coordinates (chain, rotated) of chains with offsets.

def parameter_index(plan: List[Tensor]) -> Tensor:
  # where S or the angles are in the parameters, see orthogonal.matrices
  return plan[0]

def expansion(plan: List[Tensor], k: int) -> __torch__.djladapters.compound.Expansion:
  # the index arrays of order k
  at = 1 + 4 * (k - 2)
  return __torch__.djladapters.compound.Expansion(plan[at], plan[at + 1], plan[at + 2], plan[at + 3])

def shifts(plan: List[Tensor]) -> Tensor:
  # the shifted coordinates (chain, rotated)
  return plan[-1]

def blocks(parameters: Tensor, gains: List[Tensor], plan: List[Tensor], form: __torch__.djladapters.compound.Form) -> Tensor:
  # the blocks (layers, chain, blocks, b, b) of C for parameters (layers, chain, distinct, ...) and the gains of every
  # layer, if there are some
  layers = parameters.size(0)
  chain = parameters.size(1)
  distinct = parameters.size(2)
  b = form.block_size
  index = __torch__.djladapters.compound.parameter_index(plan)
  q = __torch__.djladapters.orthogonal.matrices(parameters, index, form.size, form.map, form.terms)
  if form.gains:
    q = __torch__.djladapters.compound.scaled(q, torch.stack(gains))
  parts = __torch__.djladapters.compound.parts(q, plan, form)
  block = __torch__.djladapters.compound.diagonal(parts, b, torch.is_grad_enabled() and q.requires_grad)
  return block.reshape([layers, chain, distinct, b, b]).expand([layers, chain, form.blocks, b, b])

def scaled(q: Tensor, gains: Tensor) -> Tensor:
  # Q diag(e^d) for Q of shape (matrices, n, n) and gains d of as many matrices
  return q * torch.exp(gains.reshape([-1, 1, q.size(2)]))

def parts(q: Tensor, plan: List[Tensor], form: __torch__.djladapters.compound.Form) -> List[Tensor]:
  # what stands on the diagonal of a block, C_k1(Q), C_k2(Q), ... for Q of shape (matrices, n, n)
  compounds = __torch__.djladapters.compound.compounds(q, plan, form)
  parts = annotate(List[Tensor], [])
  for k in form.orders:
    if k <= q.size(1):
      c = compounds[k - 1]
      if form.average:
        c = c / float(k * k)
      parts.append(c)
  return parts

def compounds(q: Tensor, plan: List[Tensor], form: __torch__.djladapters.compound.Form) -> List[Tensor]:
  # C_1(Q), C_2(Q), ... up to the largest order that there is, for Q of shape (matrices, n, n)
  largest = min(max(form.orders), q.size(1))
  graph = torch.is_grad_enabled() and q.requires_grad
  # (rows, matrices, columns), so that rows of all matrices are gathered at once
  entries = annotate(List[Tensor], [q.transpose(0, 1).contiguous()])
  for k in range(2, largest + 1):
    e = __torch__.djladapters.compound.expansion(plan, k)
    if k == 2 or graph or form.maximum or form.average:
      entries.append(__torch__.djladapters.compound.expanded(entries[0], entries[-1], k, e, form))
    else:
      entries.append(__torch__.djladapters.compound.minors(entries[0], entries[-1], k, e, form))
  compounds = annotate(List[Tensor], [])
  for k in range(largest):
    compounds.append(entries[k].transpose(0, 1))
  return compounds

def expanded(q: Tensor, previous: Tensor, k: int, e: __torch__.djladapters.compound.Expansion, form: __torch__.djladapters.compound.Form) -> Tensor:
  # entries of order k (rows, matrices, columns) from those of order k - 1 by expansion along the first column, for as
  # many matrices at a time as the cache has room for
  step = max(1, 524288 // max(1, q.size(0) * previous.size(0) * e.first_columns.size(0)))
  if step >= q.size(1):
    return __torch__.djladapters.compound.expanded_at_once(q, previous, k, e, form)
  pieces = annotate(List[Tensor], [])
  for at in range(0, q.size(1), step):
    count = min(step, q.size(1) - at)
    some = q.narrow(1, at, count)
    pieces.append(__torch__.djladapters.compound.expanded_at_once(some, previous.narrow(1, at, count), k, e, form))
  return torch.cat(pieces, 1)

def expanded_at_once(q: Tensor, previous: Tensor, k: int, e: __torch__.djladapters.compound.Expansion, form: __torch__.djladapters.compound.Form) -> Tensor:
  # the same for all matrices together: all rows of Q with all rows of the previous order, of which every row of the
  # result combines k
  n = q.size(0)
  matrices = q.size(1)
  columns = e.first_columns.size(0)
  # along the innermost axis gather is twice as fast as index_select
  a = torch.unsqueeze(torch.gather(q, 2, e.first_columns.expand([n, matrices, columns])), 1)
  m = torch.unsqueeze(torch.gather(previous, 2, e.column_rests.expand([previous.size(0), matrices, columns])), 0)
  if form.maximum:
    pairs = torch.maximum(a, m)
  elif form.average:
    pairs = a + m / float(k - 1)
  else:
    pairs = a * m
  pairs = pairs.reshape([n * previous.size(0), -1])
  rows = e.picked_rows.size(0) // k
  index = e.picked_rows * previous.size(0) + e.row_rests
  starts = torch.arange(0, rows * k, k, device=q.device)
  if form.maximum:
    bags = torch.embedding_bag(pairs, index, starts, False, 2)
  else:
    signs = __torch__.djladapters.compound.signs(k, form, q).expand([rows, k]).reshape([-1])
    bags = torch.embedding_bag(pairs, index, starts, False, 0, False, signs)
  return bags[0].reshape([rows, matrices, columns])

def minors(q: Tensor, previous: Tensor, k: int, e: __torch__.djladapters.compound.Expansion, form: __torch__.djladapters.compound.Form) -> Tensor:
  # the same where no gradient is needed and entries are sums of products: columns that share their first column j have
  # the last columns of the previous order as rest, of which every row sums k, weighted by Q[:, j]
  n = q.size(0)
  matrices = q.size(1)
  rows = e.picked_rows.size(0) // k
  factors = q.index_select(0, e.picked_rows).reshape([rows, k, matrices, n])
  signs = __torch__.djladapters.compound.signs(k, form, q).reshape([k, 1, 1])
  factors = (factors * signs).permute([3, 0, 2, 1]).reshape([n, -1])
  numbers = torch.arange(matrices, device=q.device).reshape([1, matrices, 1])
  index = (e.row_rests.reshape([-1, 1, k]) * matrices + numbers).reshape([-1])
  starts = torch.arange(0, rows * matrices * k, k, device=q.device)
  parts = annotate(List[Tensor], [])
  size = previous.size(2)
  width = size
  for j in range(n - k + 1):
    width = width * (n - j - k + 1) // (n - j)  # binomial(n - 1 - j, k - 1)
    rest = previous.narrow(2, size - width, width).reshape([-1, width])
    bags = torch.embedding_bag(rest, index, starts, False, 0, False, factors[j])
    parts.append(bags[0].reshape([rows, matrices, width]))
  return torch.cat(parts, 2)

def signs(k: int, form: __torch__.djladapters.compound.Form, like: Tensor) -> Tensor:
  # (k): the signs of an expansion's terms, 1, -1, 1, ... for determinants, else 1, 1, 1, ...
  ones = torch.ones([k], dtype=like.dtype, device=like.device)
  if form.alternating:
    return ones - torch.remainder(torch.arange(k, dtype=like.dtype, device=like.device), 2.0) * 2.0
  return ones

def diagonal(parts: List[Tensor], b: int, graph: bool) -> Tensor:
  # block_diag(parts, I) of shape (matrices, b, b)
  matrices = parts[0].size(0)
  rows = annotate(List[Tensor], [])
  block = torch.zeros([matrices, b, b], dtype=parts[0].dtype, device=parts[0].device)
  at = 0
  for i in range(len(parts)):
    size = parts[i].size(1)
    if graph:  # a gradient would be copied for every part that is written in place
      rows.append(torch.constant_pad_nd(parts[i], [at, b - at - size]))
    else:
      torch.copy_(block.narrow(1, at, size).narrow(2, at, size), parts[i])
    at = at + size
  if at < b:
    torch.fill_(torch.diagonal(block, 0, 1, 2).narrow(1, at, b - at), 1.0)
    rows.append(block.narrow(1, at, b - at))
  if graph:
    return torch.cat(rows, 1)
  return block

def compose(chain: Tensor, plan: List[Tensor], form: __torch__.djladapters.compound.Form) -> Tensor:
  # the steps (layers, steps, blocks, b, b) of C from the blocks (layers, chain, blocks, b, b) of a chain: one step
  # where they can be multiplied or added
  links = chain.size(1)
  if links == 1:
    return chain
  if not form.offsets:
    if form.added:
      return __torch__.djladapters.compound.centered(torch.sum(chain, [1], True), links, form)
    product = chain[:, 0]
    for i in range(1, links):
      product = torch.matmul(product, chain[:, i])
    return torch.unsqueeze(product, 1)
  if not form.added:
    return chain
  # shifted blocks overlap: their sum is one dense block
  layers = chain.size(0)
  blocks = chain.size(2)
  b = chain.size(3)
  rotated = blocks * b
  eye = torch.eye(blocks, dtype=chain.dtype, device=chain.device).reshape([blocks, 1, blocks, 1])
  dense = (torch.unsqueeze(chain, 4) * eye).reshape([layers, links, rotated, rotated])
  shifts = __torch__.djladapters.compound.shifts(plan)
  total = dense[:, 0]
  for i in range(1, links):
    total = total + dense[:, i].index_select(1, shifts[i]).index_select(2, shifts[i])
  total = __torch__.djladapters.compound.centered(total, links, form)
  return total.reshape([layers, 1, 1, rotated, rotated])

def centered(total: Tensor, links: int, form: __torch__.djladapters.compound.Form) -> Tensor:
  # the sum of rotations (..., m, m), less (links - 1) I where the form says so
  if not form.centered:
    return total
  return total - torch.eye(total.size(-1), dtype=total.dtype, device=total.device) * float(links - 1)
