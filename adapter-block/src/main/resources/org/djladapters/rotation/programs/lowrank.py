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
