# Products of low rank B A with A of shape (r, in) and B of shape (out, r), called by LowRankKernel.java.

class LowRankKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def scaled(self, downs: List[Tensor], ups: List[Tensor], factors: Tensor) -> List[Tensor]:
    # A as (r, in) of every layer, then s B as (out, r) of every layer
    flat_downs = annotate(List[Tensor], [])
    flat_ups = annotate(List[Tensor], [])
    for i in range(len(downs)):
      flat_downs.append(downs[i].reshape([downs[i].size(0), -1]))
      flat_ups.append(ups[i].reshape([ups[i].size(0), -1]) * float(factors[i]))
    return flat_downs + flat_ups

  def gathered(self, vectors: List[Tensor], indices: List[Tensor], scales: List[Tensor]) -> List[Tensor]:
    # A as (r, in) and B as (out, r) of every layer, whose entries are those of the layer's vector at the indices, scaled
    results = annotate(List[Tensor], [])
    for i in range(len(indices)):
      entries = torch.index_select(vectors[i // 2], 0, indices[i].reshape([-1]))
      results.append(entries.reshape(indices[i].size()).to(scales[i].dtype) * scales[i])
    return results

  def mixed(self, logits: List[Tensor], banks: List[Tensor], top: Tensor) -> List[Tensor]:
    # A as (r, in) and B as (out, r) of every layer, made of parts that are mixtures of the k vectors of the layer's bank
    # (h, b) with the largest logits; logits: (r, in / b, h) of A and (out / b, r, h) of B
    results = annotate(List[Tensor], [])
    for i in range(len(logits)):
      values, indices = torch.topk(logits[i], int(top), -1, True, True)
      results.append(__torch__.djladapters.lowrank.mixture(torch.softmax(values, -1, None), indices, banks[i // 2], i % 2 == 1))
    return results

  def chosen(self, weights: List[Tensor], indices: List[Tensor], banks: List[Tensor]) -> List[Tensor]:
    # the same with the vectors given by their indices (..., k), and all but the last of their weights, whose sum is one
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      last = 1 - torch.sum(weights[i], [-1], True)
      all = torch.cat([weights[i], last], -1)
      results.append(__torch__.djladapters.lowrank.mixture(all, indices[i], banks[i // 2], i % 2 == 1))
    return results

  def shared(self, blocks: List[Tensor], shapes: Tensor) -> List[Tensor]:
    # A (r, in) that adds up the inputs whose numbers are equal modulo r, and B (out, r), the block (r, m) of a layer turned
    # and repeated along the outputs; shapes: out and in of every layer
    sizes = annotate(List[int], shapes.tolist())
    results = annotate(List[Tensor], [])
    for i in range(len(blocks)):
      block = blocks[i]
      r = block.size(0)
      eye = torch.eye(r, dtype=block.dtype, device=block.device)
      results.append(eye.repeat([1, (sizes[2 * i + 1] + r - 1) // r]).narrow(1, 0, sizes[2 * i + 1]))
      results.append(block.repeat([1, sizes[2 * i] // block.size(1)]).t())
    return results

  def scaled_bases(self, lambdas: List[Tensor], gammas: List[Tensor], downs: List[Tensor], ups: List[Tensor], shapes: Tensor, factors: Tensor) -> List[Tensor]:
    # A and B of every layer, the sum over k of B_k diag(lambda_k) A diag(gamma_k) side by side, which is turned where there
    # are fewer outputs than inputs; lambda (r, k), gamma (k, m), A (r, 1, m or more), B (n or more, k or more, r) with the
    # smaller side m and the larger side n of a layer; the other factor is in the order of k, then r, and that of r, then k,
    # as in PEFT; shapes: out and in of every layer
    sizes = annotate(List[int], shapes.tolist())
    results = annotate(List[Tensor], [])
    for i in range(len(lambdas)):
      out = sizes[2 * i]
      inputs = sizes[2 * i + 1]
      rows = torch.unsqueeze(lambdas[i], 2) * downs[i].narrow(2, 0, min(out, inputs)) * torch.unsqueeze(gammas[i], 0)
      rows = torch.flatten(rows, 0, 1)
      columns = torch.flatten(ups[i].narrow(0, 0, max(out, inputs)).narrow(1, 0, lambdas[i].size(1)), 1).to(rows.dtype) * float(factors[i])
      if inputs <= out:
        results.append(rows)
        results.append(columns)
      else:
        results.append(columns.t())
        results.append(rows.t())
    return results

  def between(self, vectors: List[Tensor], projections: List[Tensor], downs: List[Tensor]) -> List[Tensor]:
    # M A of every layer, where M (r, r) is the sum of matrices (u, r, r) times the entries of a vector (u)
    results = annotate(List[Tensor], [])
    for i in range(len(vectors)):
      r = projections[i].size(1)
      matrix = torch.mv(torch.flatten(projections[i], 1).t(), vectors[i].to(downs[i].dtype)).reshape([r, r])
      results.append(torch.mm(matrix, downs[i]))
    return results

  def bounded(self, downs: List[Tensor], ups: List[Tensor], bounds: List[Tensor], norms: List[Tensor]) -> List[Tensor]:
    # A of every layer whose rows, times the lengths of the columns of B, have the length bound / r, and whose columns are
    # multiplied by norms (in)
    results = annotate(List[Tensor], [])
    for i in range(len(downs)):
      rows = torch.clamp_min(torch.linalg_vector_norm(downs[i], 2, [1]), 1e-4)
      columns = torch.clamp_min(torch.linalg_vector_norm(ups[i], 2, [0]), 1e-4)
      factors = bounds[i] / downs[i].size(0) / (rows * columns)
      results.append(downs[i] * torch.unsqueeze(factors, 1) * norms[i])
    return results

  def replaced(self, projections: List[Tensor], injections: List[Tensor], weights: List[Tensor], transposed: Tensor, factors: Tensor, orthogonal: Tensor) -> List[Tensor]:
    # A and B of every layer, which take away directions of the outputs, B = P or Q of P = Q R with orthonormal columns, and
    # put others in: A = s R - C' W, with C = max(P, 0) or Q; R without elements is none
    results = annotate(List[Tensor], [])
    for i in range(len(projections)):
      up = projections[i]
      right = torch.relu(up)
      if bool(orthogonal):
        up = torch.linalg_qr(up)[0]
        right = up
      down = -__torch__.djladapters.lowrank.directions(right, weights[i], transposed[i])
      if injections[i].numel() > 0:
        down = injections[i] * float(factors[i]) + down
      results.append(down)
      results.append(up)
    return results

  def removed(self, projection: Tensor, weight: Tensor, transposed: Tensor, orthogonal: Tensor) -> Tensor:
    # C' W of one layer, see above
    right = torch.relu(projection)
    if bool(orthogonal):
      right = torch.linalg_qr(projection)[0]
    return __torch__.djladapters.lowrank.directions(right, weight, transposed)

  def of_weights(self, matrices: List[Tensor], weights: List[Tensor], transposed: Tensor, depth: Tensor, function: Tensor) -> List[Tensor]:
    # A (r, in) of every layer, a network of its weight: f(A_0 W), through encoders (r, r), and through decoders with what the
    # encoders had, from the last to the first; matrices of a layer: A_0 (r, out), the encoders, the decoders
    results = annotate(List[Tensor], [])
    n = int(depth)
    for i in range(len(weights)):
      at = i * (1 + 2 * n)
      x = __torch__.djladapters.lowrank.activated(__torch__.djladapters.lowrank.directions(matrices[at].t(), weights[i], transposed[i]), function)
      before = annotate(List[Tensor], [])
      for j in range(n):
        before.append(x)
        x = __torch__.djladapters.lowrank.activated(torch.mm(matrices[at + 1 + j], x), function)
      for j in range(n):
        x = __torch__.djladapters.lowrank.activated(torch.mm(matrices[at + 1 + n + j], x), function) + before[n - 1 - j]
      results.append(x)
    return results

  def of_blocks(self, downs: List[Tensor], ups: List[Tensor]) -> List[Tensor]:
    # A (k r, in) and B (out, k r) of every layer, of which block c, n is the product of rank r / k of parts of A_n (in / k, r)
    # and B_c (r, out / k)
    results = annotate(List[Tensor], [])
    for i in range(len(downs)):
      k, width, rank = downs[i].size()
      results.append(torch.block_diag(torch.unbind(downs[i].transpose(1, 2))))
      parts = ups[i].reshape([k, k, rank // k, -1]).permute([0, 3, 1, 2])
      eye = torch.eye(k, dtype=parts.dtype, device=parts.device)
      placed = torch.unsqueeze(parts, 3) * eye.reshape([k, 1, 1, k, 1])
      results.append(placed.reshape([k * parts.size(1), k * rank]))
    return results

  def factor(self, matrices: List[Tensor], rank: Tensor) -> List[Tensor]:
    # the nearest product B A of rank r to every matrix (out, in), in float64: A of every matrix, then B of every
    # matrix, then the relative error of every matrix
    r = int(rank)
    downs = annotate(List[Tensor], [])
    ups = annotate(List[Tensor], [])
    errors = annotate(List[Tensor], [])
    for i in range(len(matrices)):
      left, values, right = torch.linalg_svd(matrices[i].to(7), False)
      root = torch.sqrt(values.narrow(0, 0, r))
      downs.append(torch.unsqueeze(root, 1) * right.narrow(0, 0, r))
      ups.append(left.narrow(1, 0, r) * root)
      norm = torch.linalg_vector_norm(values)
      rest = torch.linalg_vector_norm(values.narrow(0, r, values.size(0) - r))
      errors.append(rest / torch.clamp_min(norm, 1e-300))
    return downs + ups + errors

  def singular(self, weight: Tensor, transposed: Tensor, rank: Tensor) -> List[Tensor]:
    # the largest singular values and their vectors of W as (out, in), whatever its axes: U (out, r), S (r), V' (r, in);
    # in copies, since what they are cut from is as large as W
    rows = torch.flatten(__torch__.djladapters.arrays.by_outputs(weight.detach(), transposed), 1)
    left, values, right = torch.linalg_svd(__torch__.djladapters.arrays.at_least_float32(rows), False)
    r = int(rank)
    return [left.narrow(1, 0, r).clone(memory_format=0), values.narrow(0, 0, r).clone(), right.narrow(0, 0, r).clone(memory_format=0)]

  def orthogonal_triangular(self, weight: Tensor, transposed: Tensor, rank: Tensor) -> List[Tensor]:
    # of the factorization W = Q R of W as (out, in) the first columns of Q, (out, r), and the first rows of R, (r, in)
    rows = torch.flatten(__torch__.djladapters.arrays.by_outputs(weight.detach(), transposed), 1)
    q, triangle = torch.linalg_qr(__torch__.djladapters.arrays.at_least_float32(rows))
    r = int(rank)
    return [q.narrow(1, 0, r).clone(memory_format=0), triangle.narrow(0, 0, r).clone(memory_format=0)]

def mixture(weights: Tensor, indices: Tensor, bank: Tensor, up: bool) -> Tensor:
  # parts (m, n, b) that are sums of vectors of a bank (h, b), given by indices (m, n, k), times weights (m, n, k): side by
  # side as (m, n b), or turned for B as (m b, n)
  vectors = torch.index_select(bank, 0, indices.reshape([-1])).reshape(indices.size() + [bank.size(1)])
  parts = torch.sum(torch.unsqueeze(weights, -1) * vectors, [-2])
  if up:
    return parts.transpose(1, 2).reshape([-1, parts.size(1)])
  return parts.reshape([parts.size(0), -1])

def directions(right: Tensor, weight: Tensor, transposed: Tensor) -> Tensor:
  # C' W (r, in) of C (out, r) and a weight that has no gradient
  rows = torch.flatten(__torch__.djladapters.arrays.by_outputs(weight.detach(), transposed), 1)
  return torch.mm(right.t(), rows.to(right.dtype))

def activated(x: Tensor, function: Tensor) -> Tensor:
  # relu, gelu, silu, tanh or sigmoid, by their numbers
  number = int(function)
  if number == 1:
    return torch.gelu(x)
  if number == 2:
    return torch.silu(x)
  if number == 3:
    return torch.tanh(x)
  if number == 4:
    return torch.sigmoid(x)
  return torch.relu(x)
