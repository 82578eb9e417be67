# Compound rotations of many layers of one shape in one call.
#
# Every layer brings the parameters of its orthogonal matrices, (chain, distinct, p): the packed strictly
# upper triangles of skew matrices S, p = n (n - 1) / 2, or, where the map is MATRIX, (chain, distinct, n, n).
# options: n, blocks, block size, map, terms, rule, added, offsets, order, order, ...
# plan:    gathers[0] picks S out of (theta, -theta, 0), or the angles of Givens rotations out of theta, layer by
#          layer; then for every order k from 2 to the largest:
#          first column of each subset, rank of the subset without it, then for every subset of rows the k rows
#          to pick and the k ranks of the subsets without them; last, for chains with offsets, the shifted
#          coordinates (chain, rotated).

class RotationKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def forward(self, parameters: List[Tensor], plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # (steps, blocks, b, b) for every layer
    chain = self.blocks(torch.stack(parameters), plan, options)
    return torch.unbind(self.compose(chain, plan, options), 0)

  def rotations(self, parameters: List[Tensor], gather: Tensor, options: Tensor) -> List[Tensor]:
    # (..., n, n) for parameters (..., p) of one shape; options: n, map, terms
    n = int(options[0])
    stacked = torch.stack(parameters)
    # a copy, since the memory of the caller's is gone before gradients are computed
    q = self.orthogonal(stacked, gather.clone(), n, int(options[1]), int(options[2]))
    return torch.unbind(q.reshape(stacked.size()[:-1] + [n, n]), 0)

  def shortened(self, triangles: List[Tensor], options: Tensor) -> List[Tensor]:
    # triangles (..., p) of one shape, those with too long a skew matrix shortened; options: limit, in place
    stacked = torch.stack(triangles).detach()
    norms = torch.linalg_vector_norm(stacked, 2, [-1], True) * 1.4142135623730951
    results = torch.unbind(stacked * torch.clamp(torch.reciprocal(norms) * float(options[0]), None, 1.0), 0)
    if float(options[1]) == 0.0:
      return results
    for i in range(len(triangles)):
      triangles[i].detach().copy_(results[i])
    return triangles

  def taped(self, parameters: List[Tensor], plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # Q of all blocks of all layers, with its gradient, and the blocks of C of every layer, without; layers have as many
    # of them as their parameters
    n = int(options[0])
    b = int(options[2])
    flat = annotate(List[Tensor], [])
    for i in range(len(parameters)):
      flat.append(parameters[i].reshape([parameters[i].size(1), -1]))
    q = self.orthogonal(torch.cat(flat, 0), plan[0], n, int(options[3]), int(options[4]))
    parts = self.parts(q.detach(), plan, options)
    block = parts[0]
    if len(parts) > 1 or block.size(1) < b:
      block = self.diagonal(parts, b, False)
    results = [q]
    first = 0
    for i in range(len(flat)):
      results.append(block.narrow(0, first, flat[i].size(0)))
      first = first + flat[i].size(0)
    return results

  def taped_weights(self, blocks: List[Tensor], weights: List[Tensor], transposed: Tensor, counts: Tensor, sizes: Tensor) -> List[Tensor]:
    # W' = C^T W of every layer as (out, in)
    parts = annotate(List[int], [])
    for i in range(sizes.size(0)):
      parts.append(int(sizes[i]))
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = weights[i].detach()
      if bool(transposed[i]):
        weight = weight.t()
      results.append(__torch__.djladapters.blocks.weight(weight, blocks[i], int(counts[i]), parts))
    return results

  def taped_gradients(self, q: Tensor, tangents: List[Tensor], firsts: Tensor, distinct: Tensor, options: Tensor) -> Tensor:
    # gradients of Q from those of A for every pass, (blocks, n n) each, with where the layer's Q begin and how many it
    # has. dQ = Q A with A skew
    n = int(options[0])
    gradient = torch.zeros_like(q.detach())
    for i in range(len(tangents)):
      skew = tangents[i].reshape([-1, n, n])
      if int(distinct[i]) < skew.size(0):
        skew = torch.sum(skew, [0], True)
      gradient.narrow(0, int(firsts[i]), skew.size(0)).add_(skew)
    towards = annotate(List[Optional[Tensor]], [torch.matmul(q.detach(), gradient)])
    torch.autograd.backward([q], towards)
    return q.detach()

  def taped_low_rank(self, downs: List[Tensor], ups: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W + B A of every layer as (out, in), without gradients
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = weights[i]
      if bool(transposed[i]):
        weight = weight.t()
      if __torch__.djladapters.product.is_by_columns(weight):
        results.append(torch.addmm(weight.t(), downs[i].detach().t(), ups[i].detach().t()).t())
      else:
        results.append(torch.addmm(weight, ups[i].detach(), downs[i].detach()))
    return results

  def hand_on(self, roots: List[Tensor], gradients: List[Tensor]) -> Tensor:
    # gives autograd the gradients of tensors; those without elements are not needed
    needed = annotate(List[Tensor], [])
    towards = annotate(List[Optional[Tensor]], [])
    for i in range(len(roots)):
      if gradients[i].numel() > 0:
        needed.append(roots[i])
        towards.append(gradients[i])
    if len(needed) > 0:
      torch.autograd.backward(needed, towards)
    return torch.tensor(len(needed))

  def rotated(self, y: Tensor, rotation: Tensor, index: Tensor, scale: Tensor) -> Tensor:
    # (y C) * scale for activations y of shape (..., features); an empty index or scale is none
    z = __torch__.djladapters.transform.rotate(y, rotation.to(y.dtype), index)
    if scale.numel() > 0:
      z = z * scale.to(y.dtype)
    return z

  def transformed(self, weights: List[Tensor], biases: List[Tensor], transforms: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W' and b' for W of shape (out, ...), or stored (in, out) where transposed; an empty b is none
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = weights[i]
      wide = weight
      if weight.dtype != 7:  # float64 stays, everything else is computed in float32 (6)
        wide = weight.to(6)
      plugged = __torch__.djladapters.transform.plugged(transforms, 11 * i, wide)
      bias = biases[i]
      if plugged is not None:
        if bool(transposed[i]):
          wide = __torch__.djladapters.transform.weight(wide.t(), plugged).t()
        else:
          wide = __torch__.djladapters.transform.weight(wide.reshape([wide.size(0), -1]), plugged).reshape(weight.size())
        if bias.numel() > 0:
          bias = __torch__.djladapters.transform.bias(bias.to(wide.dtype), plugged).to(bias.dtype)
      results.append(wide.to(weight.dtype).contiguous())
      results.append(bias)
    return results

  def low_rank(self, downs: List[Tensor], ups: List[Tensor], factors: Tensor) -> List[Tensor]:
    # A as (r, in) and s B as (out, r) for every layer
    results = annotate(List[Tensor], [])
    for i in range(len(downs)):
      results.append(downs[i].reshape([downs[i].size(0), -1]))
      results.append(ups[i].reshape([ups[i].size(0), -1]) * float(factors[i]))
    return results

  def row_norms(self, weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # the norm of every row of W as (out, in), at least in float32
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      wide = weights[i]
      if wide.dtype != 7:
        wide = wide.to(6)
      if bool(transposed[i]):
        wide = wide.t()
      results.append(torch.linalg_vector_norm(wide.reshape([wide.size(0), -1]), 2, [1]))
    return results

  def cast(self, x: Tensor, like: Tensor) -> Tensor:
    return x.to(like.dtype)

  def times(self, x: Tensor, factor: Tensor) -> Tensor:
    return x * float(factor)

  def backward(self, target: Tensor) -> Tensor:
    # the graph stays
    towards = annotate(List[Optional[Tensor]], [torch.ones_like(target.detach())])
    torch.autograd.backward([target], towards, True)
    return target.detach()

  def need_gradients(self, tensors: List[Tensor]) -> Tensor:
    # any of them
    need = False
    for i in range(len(tensors)):
      need = need or tensors[i].requires_grad
    return torch.tensor(need)

  def versions(self, tensors: List[Tensor]) -> Tensor:
    # grows with every change of a tensor in place
    total = 0
    for i in range(len(tensors)):
      total = total + tensors[i]._version()
    return torch.tensor(total)

  def copies(self, tensors: List[Tensor]) -> List[Tensor]:
    copies: List[Tensor] = []
    for i in range(len(tensors)):
      copies.append(tensors[i].detach().clone())
    return copies

  def finite(self, x: Tensor) -> Tensor:
    return torch.all(torch.isfinite(x))

  def not_finite(self, x: Tensor) -> Tensor:
    # how many values, and how many rows, which lie along the first axis, with such
    bad = torch.logical_not(torch.isfinite(x))
    rows = torch.flatten(torch.unsqueeze(torch.atleast_1d(bad), -1), 1)
    return torch.stack([torch.sum(bad), torch.sum(torch.any(rows, 1))])

  def inverse(self, x: Tensor) -> Tensor:
    # of (matrices, n, n); large ones one by one, since the engine's batches of them come out wrong on the CPU once the
    # number of threads was set (ai.djl.pytorch.num_threads)
    if x.is_cuda or x.size(1) <= 128:
      return torch.linalg_inv(x)
    return torch.stack([torch.linalg_inv(matrix) for matrix in torch.unbind(x, 0)])

  def inverse_of_shifted(self, skew: Tensor) -> Tensor:
    # (I + S)^-1 for skew S
    n = skew.size(1)
    eye = torch.eye(n, dtype=skew.dtype, device=skew.device)
    shifted = eye + skew
    if skew.size(0) < 4 * n:
      return self.inverse(shifted)
    # all at once instead of one after the other, and a step of Newton's, which rounds like the engine's inverse and has
    # the gradient of the inverse
    inverse = self.eliminated(shifted.detach())
    return torch.matmul(inverse, eye * 2.0 - torch.matmul(shifted, inverse))

  def eliminated(self, x: Tensor) -> Tensor:
    # inverses by Gauss and Jordan. Without pivots: the symmetric part of I + S is I, so that none is below 1. Matrices
    # come last, so that every operation runs over long rows
    a = x.permute([1, 2, 0]).contiguous()
    for k in range(a.size(0)):
      pivot = torch.reciprocal(a[k, k])
      column = a.select(1, k).clone()
      column.select(0, k).fill_(0.0)
      a.select(1, k).fill_(0.0)
      a[k, k].fill_(1.0)
      row = a[k] * pivot
      a[k].fill_(0.0)
      a.addcmul_(torch.unsqueeze(column, 1), torch.unsqueeze(row, 0), value=-1)
      a[k].copy_(row)
    return a.permute([2, 0, 1]).contiguous()  # products of small matrices are slow otherwise

  def orthogonal(self, parameters: Tensor, gather: Tensor, n: int, map: int, terms: int) -> Tensor:
    if map == 3:
      return parameters.reshape([-1, n, n])
    theta = parameters.reshape([-1, n * (n - 1) // 2])
    if map == 4:
      return self.givens(theta, gather, n)
    zero = torch.zeros([theta.size(0), 1], dtype=theta.dtype, device=theta.device)
    skew = torch.cat([theta, -theta, zero], 1).index_select(1, gather).reshape([-1, n, n])
    if map != 1 and map != 5:
      return self.rotation(skew, map)
    # I + 2 S + 2 S^2 + ... + 2 S^(terms - 1): the truncated series of (I + S)(I - S)^-1; with map 5 its last term
    # counts once
    q = torch.eye(n, dtype=theta.dtype, device=theta.device).expand([skew.size(0), n, n])
    power = skew
    for t in range(1, terms):
      if t > 1:
        power = torch.bmm(power, skew)
      factor = 2.0
      if map == 5 and t == terms - 1:
        factor = 1.0
      q = q + power * factor
    return q

  def rotation(self, skew: Tensor, map: int) -> Tensor:
    # (I - S)(I + S)^-1 or exp(-2S), orthogonal to 1e-5 for all finite S. What is lost grows with S, so longer ones are
    # taken to float64: these limits of the Frobenius norm leave a factor of ten in float32 for an inverse, and of two
    # for the squarings of an exponential
    if skew.dtype == 7:
      return self.precise(skew, map)
    limit = 16.0
    if map == 2:
      limit = 2.0
    long = self.longer(skew, limit)
    if long.numel() == 0:
      return self.formula(skew, map)
    q = self.formula(torch.index_fill(skew, 0, long, 0.0), map)
    return torch.index_copy(q, 0, long, self.precise(skew.index_select(0, long).to(7), map).to(q.dtype))

  def precise(self, skew: Tensor, map: int) -> Tensor:
    # the same in float64, where the formulas keep nine digits up to this norm
    long = self.longer(skew, 1e6)
    if long.numel() == 0:
      return self.formula(skew, map)
    q = self.formula(torch.index_fill(skew, 0, long, 0.0), map)
    return torch.index_copy(q, 0, long, self.spectral(skew.index_select(0, long), map))

  def longer(self, skew: Tensor, limit: float) -> Tensor:
    # which matrices have a norm above the limit, or one that is no number
    short = torch.linalg_vector_norm(skew, 2, [1, 2]) <= limit
    return torch.nonzero(torch.logical_not(short)).reshape([-1])

  def formula(self, skew: Tensor, map: int) -> Tensor:
    if map == 2:
      return torch.matrix_exp(skew * (-2.0))
    eye = torch.eye(skew.size(1), dtype=skew.dtype, device=skew.device)
    return self.inverse_of_shifted(skew) * 2.0 - eye

  def spectral(self, skew: Tensor, map: int) -> Tensor:
    # by the planes that S turns, whose half angles h are the eigenvalues of iS, or their arcs; planes that are lost in
    # the rounding of the largest stay where they are. What is not finite makes no numbers
    scale = torch.amax(torch.abs(skew.detach()), [1, 2], True)
    finite = torch.isfinite(scale)
    pair = self.planes(torch.where(finite, skew.detach() / scale, torch.zeros_like(skew)))
    vectors = pair[1]
    half = torch.clamp(torch.nan_to_num(torch.squeeze(scale, 2) * pair[0]), -8e307, 8e307)
    if map == 0:
      half = torch.atan(half)
    turn = torch.polar(torch.ones_like(half), half)
    parts = torch.linalg_svd(torch.real(torch.matmul(vectors * torch.unsqueeze(turn * turn, 1), vectors.mH)), False)
    q = torch.where(finite, torch.matmul(parts[0], parts[2]), torch.full_like(skew, float("nan")))
    if not torch.is_grad_enabled() or not skew.requires_grad:
      return q
    # eigenvectors of equal eigenvalues have no derivative, but Q has: divided differences in their basis. The change is
    # zero, and all that counts of it is its gradient
    if map == 0:
      rates = torch.unsqueeze(torch.cos(half), 2) * torch.unsqueeze(torch.cos(half), 1)
    else:
      rates = torch.sinc((torch.unsqueeze(half, 2) - torch.unsqueeze(half, 1)) / 3.141592653589793)
    rates = torch.unsqueeze(turn, 2) * torch.unsqueeze(turn, 1) * rates * (-2.0)
    change = skew - skew.detach()
    change = torch.complex(change, torch.zeros_like(change))
    inner = torch.matmul(torch.matmul(vectors.mH, change), vectors) * rates
    return q + torch.real(torch.matmul(torch.matmul(vectors, inner), vectors.mH))

  def planes(self, skew: Tensor) -> List[Tensor]:
    # eigenvalues and eigenvectors of iS: real eigenvalues in pairs of different sign, as they are without rounding
    pair = torch.linalg_eigh(torch.complex(torch.zeros_like(skew), skew))
    values = (pair[0] - torch.flip(pair[0], [1])) / 2.0
    lost = torch.amax(torch.abs(values), [1], True) * (skew.size(1) * 4e-15)
    return [torch.where(torch.abs(values) <= lost, torch.zeros_like(values), values), pair[1]]

  def givens(self, theta: Tensor, gather: Tensor, n: int) -> Tensor:
    # a product of layers of rotations of neighbouring columns, which are exchanged at that; columns come first and
    # the batch last, so that every operation runs over long rows
    half = torch.unsqueeze(theta.t().index_select(0, gather), 1)
    largest = 1.7e38
    if theta.dtype == 7:
      largest = 8.9e307
    # twice the largest numbers would be infinite; what is not finite stays so
    angles = (torch.clamp(half, -largest, largest) + half * 0.0) * 2.0
    cosines = torch.cos(angles)
    sines = torch.sin(angles)
    columns = torch.eye(n, dtype=theta.dtype, device=theta.device).reshape([n, n, 1]).expand([n, n, theta.size(0)])
    at = 0
    for layer in range(n):
      first = layer % 2
      gates = (n - first) // 2
      if gates > 0:
        pairs = columns.narrow(0, first, 2 * gates).reshape([gates, 2, n, -1])
        a = pairs.select(1, 0)
        b = pairs.select(1, 1)
        c = cosines.narrow(0, at, gates)
        s = sines.narrow(0, at, gates)
        left = torch.addcmul(b * c, a, s, value=-1)
        right = torch.addcmul(a * c, b, s)
        turned = torch.stack([left, right], 1).reshape([2 * gates, n, -1])
        last = n - first - 2 * gates
        columns = torch.cat([columns.narrow(0, 0, first), turned, columns.narrow(0, n - last, last)], 0)
        at = at + gates
    return torch.flip(columns, [0]).permute([2, 1, 0]).contiguous()

  def odd(self, skew: Tensor, tangent: int) -> Tensor:
    # an odd function of skew matrices (matrices, n, n), by the eigenvalues of iS: atan (-1), tan (1) or none (0)
    pair = self.planes(skew)
    values = pair[0]
    if tangent == -1:
      values = torch.atan(values)
    elif tangent == 1:
      values = torch.tan(values)
    vectors = pair[1]
    return torch.imag(torch.matmul(vectors * torch.unsqueeze(values, -2), vectors.mH))

  def interpolated(self, triangles: List[Tensor], factors: Tensor, gather: Tensor, upper: Tensor, options: Tensor) -> List[Tensor]:
    # the triangles whose Q has the sum of factor * log Q as its logarithm, and the largest angle of Q
    n = int(options[0])
    inverse = 0
    if int(options[1]) == 0:
      inverse = 1
    first = triangles[0]
    total = torch.zeros([first.numel() // upper.numel(), n, n], dtype=7, device=first.device)
    for i in range(len(triangles)):
      theta = triangles[i].to(7).reshape([-1, upper.numel()])
      zero = torch.zeros([theta.size(0), 1], dtype=7, device=theta.device)
      skew = torch.cat([theta, -theta, zero], 1).index_select(1, gather).reshape([-1, n, n])
      total = total + self.odd(skew, -inverse) * factors[i]
    largest = torch.linalg_matrix_norm(total, 2).max() * 2.0
    packed = self.odd(total, inverse).reshape([-1, n * n]).index_select(1, upper)
    return [packed.reshape(first.size()).to(first.dtype), largest]

  def factored(self, matrices: List[Tensor], rank: Tensor) -> List[Tensor]:
    # the nearest product B A of a rank to every matrix (out, in): A, B and the relative error
    results = annotate(List[Tensor], [])
    for i in range(len(matrices)):
      parts = torch.linalg_svd(matrices[i].to(7), False)
      values = parts[1]
      r = int(rank)
      root = torch.sqrt(values.narrow(0, 0, r))
      results.append(torch.unsqueeze(root, 1) * parts[2].narrow(0, 0, r))
      results.append(parts[0].narrow(1, 0, r) * root)
      norm = torch.linalg_vector_norm(values)
      rest = torch.linalg_vector_norm(values.narrow(0, r, values.size(0) - r))
      results.append(rest / torch.clamp_min(norm, 1e-300))
    return results

  def signs(self, k: int, rule: int, like: Tensor) -> Tensor:
    # of the terms of an expansion: 1, -1, 1, ... for determinants, else 1, 1, 1, ...
    ones = torch.ones([k], dtype=like.dtype, device=like.device)
    if rule == 0:
      return ones - torch.remainder(torch.arange(k, dtype=like.dtype, device=like.device), 2.0) * 2.0
    return ones

  def compound(self, q: Tensor, previous: Tensor, k: int, rule: int, plan: List[Tensor]) -> Tensor:
    # entries of order k (rows, batch, columns) from those of order k - 1 by expansion along the first column,
    # for so many matrices of the batch at a time that the cache holds what is computed for them
    step = max(1, 524288 // max(1, q.size(0) * previous.size(0) * plan[4 * k - 7].size(0)))
    if step >= q.size(1):
      return self.expanded(q, previous, k, rule, plan)
    pieces = annotate(List[Tensor], [])
    for at in range(0, q.size(1), step):
      count = min(step, q.size(1) - at)
      pieces.append(self.expanded(q.narrow(1, at, count), previous.narrow(1, at, count), k, rule, plan))
    return torch.cat(pieces, 1)

  def expanded(self, q: Tensor, previous: Tensor, k: int, rule: int, plan: List[Tensor]) -> Tensor:
    # what all rows of Q and all rows of the previous order make together, of which every row combines k
    at = 4 * k - 7
    n = q.size(0)
    batch = q.size(1)
    columns = plan[at].size(0)
    # along the innermost axis gather is twice as fast as index_select
    a = torch.unsqueeze(torch.gather(q, 2, plan[at].expand([n, batch, columns])), 1)
    rest = plan[at + 1].expand([previous.size(0), batch, columns])
    m = torch.unsqueeze(torch.gather(previous, 2, rest), 0)
    if rule == 1:
      pairs = torch.maximum(a, m)
    elif rule == 2:
      pairs = a + m / float(k - 1)
    else:
      pairs = a * m
    pairs = pairs.reshape([n * previous.size(0), -1])
    rows = plan[at + 2].size(0) // k
    index = plan[at + 2] * previous.size(0) + plan[at + 3]
    starts = torch.arange(0, rows * k, k, device=q.device)
    if rule == 1:
      bags = torch.embedding_bag(pairs, index, starts, False, 2)
    else:
      signs = self.signs(k, rule, q).expand([rows, k]).reshape([-1])
      bags = torch.embedding_bag(pairs, index, starts, False, 0, False, signs)
    return bags[0].reshape([rows, batch, columns])

  def minors(self, q: Tensor, previous: Tensor, k: int, rule: int, plan: List[Tensor]) -> Tensor:
    # the same where no gradient is needed and entries are sums of products: columns that share their first
    # column j have the last columns of the previous order as rest, of which every row sums k, weighted by Q[:, j]
    at = 4 * k - 7
    n = q.size(0)
    batch = q.size(1)
    rows = plan[at + 2].size(0) // k
    factors = q.index_select(0, plan[at + 2]).reshape([rows, k, batch, n])
    factors = (factors * self.signs(k, rule, q).reshape([k, 1, 1])).permute([3, 0, 2, 1]).reshape([n, -1])
    sites = torch.arange(batch, device=q.device).reshape([1, batch, 1])
    index = (plan[at + 3].reshape([-1, 1, k]) * batch + sites).reshape([-1])
    starts = torch.arange(0, rows * batch * k, k, device=q.device)
    parts = annotate(List[Tensor], [])
    size = previous.size(2)
    width = size
    for j in range(n - k + 1):
      width = width * (n - j - k + 1) // (n - j)  # binomial(n - 1 - j, k - 1)
      rest = previous.narrow(2, size - width, width).reshape([-1, width])
      bags = torch.embedding_bag(rest, index, starts, False, 0, False, factors[j])
      parts.append(bags[0].reshape([rows, batch, width]))
    return torch.cat(parts, 2)

  def orders(self, q: Tensor, plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # C_1(Q), C_2(Q), ... up to the largest order that there is
    n = q.size(1)
    rule = int(options[5])
    largest = min(int(torch.max(options[8:])), n)
    graph = torch.is_grad_enabled() and q.requires_grad
    # (rows, batch, columns), so that rows of the whole batch are gathered at once
    entries = annotate(List[Tensor], [q.transpose(0, 1).contiguous()])
    for k in range(2, largest + 1):
      if k == 2 or graph or rule == 1 or rule == 2:
        entries.append(self.compound(entries[0], entries[-1], k, rule, plan))
      else:
        entries.append(self.minors(entries[0], entries[-1], k, rule, plan))
    orders = annotate(List[Tensor], [])
    for k in range(largest):
      orders.append(entries[k].transpose(0, 1))
    return orders

  def parts(self, q: Tensor, plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # what stands on the diagonal of a block: C_k1(Q), C_k2(Q), ...
    orders = self.orders(q, plan, options)
    parts = annotate(List[Tensor], [])
    for i in range(8, options.size(0)):
      k = int(options[i])
      if k <= q.size(1):
        c = orders[k - 1]
        if int(options[5]) == 2:
          c = c / float(k * k)
        parts.append(c)
    return parts

  def blocks(self, parameters: Tensor, plan: List[Tensor], options: Tensor) -> Tensor:
    # (layers, chain, blocks, b, b): block_diag(C_k1(Q), C_k2(Q), ..., I)
    n = int(options[0])
    blocks = int(options[1])
    b = int(options[2])
    layers = parameters.size(0)
    chain = parameters.size(1)
    distinct = parameters.size(2)
    q = self.orthogonal(parameters, plan[0], n, int(options[3]), int(options[4]))
    block = self.diagonal(self.parts(q, plan, options), b, torch.is_grad_enabled() and q.requires_grad)
    return block.reshape([layers, chain, distinct, b, b]).expand([layers, chain, blocks, b, b])

  def diagonal(self, parts: List[Tensor], b: int, graph: bool) -> Tensor:
    # block_diag(parts, I) of size b
    batch = parts[0].size(0)
    dtype = parts[0].dtype
    device = parts[0].device
    rows = annotate(List[Tensor], [])
    block = torch.zeros([batch, b, b], dtype=dtype, device=device)
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

  def compose(self, chain: Tensor, plan: List[Tensor], options: Tensor) -> Tensor:
    # (layers, steps, blocks, b, b)
    links = chain.size(1)
    added = bool(options[6])
    offsets = bool(options[7])
    if links == 1:
      return chain
    if not offsets:
      if added:
        return torch.sum(chain, [1], True)
      product = chain[:, 0]
      for i in range(1, links):
        product = torch.matmul(product, chain[:, i])
      return torch.unsqueeze(product, 1)
    if not added:
      return chain
    # shifted blocks overlap: their sum is one dense block
    layers = chain.size(0)
    blocks = chain.size(2)
    b = chain.size(3)
    rotated = blocks * b
    eye = torch.eye(blocks, dtype=chain.dtype, device=chain.device).reshape([blocks, 1, blocks, 1])
    dense = (torch.unsqueeze(chain, 4) * eye).reshape([layers, links, rotated, rotated])
    shifts = plan[-1]
    total = dense[:, 0]
    for i in range(1, links):
      total = total + dense[:, i].index_select(1, shifts[i]).index_select(2, shifts[i])
    return total.reshape([layers, 1, 1, rotated, rotated])
