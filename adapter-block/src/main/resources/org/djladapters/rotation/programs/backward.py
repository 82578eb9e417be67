# The custom backward pass of adapters, before and after the passes of a model: W' of every layer without gradients, and
# the gradients of an adapter's parameters from what the backward pass of the model has computed (see recording.py).
# Called by the Java classes CompoundBackward, LowRankBackward and CirculantBackward.

class CustomBackward(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def rotations(self, parameters: List[Tensor], plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # Q (matrices, n, n) of all layers, with its gradient, then the blocks (distinct, b, b) of C of every layer, without;
    # parameters, plan and options as in compound.py, but layers may differ in how many matrices they have
    form = __torch__.djladapters.compound.form(options)
    flat = annotate(List[Tensor], [])
    for i in range(len(parameters)):
      flat.append(parameters[i].reshape([parameters[i].size(1), -1]))
    index = __torch__.djladapters.compound.parameter_index(plan)
    q = __torch__.djladapters.orthogonal.matrices(torch.cat(flat, 0), index, form.size, form.map, form.terms)
    parts = __torch__.djladapters.compound.parts(q.detach(), plan, form)
    block = parts[0]
    if len(parts) > 1 or block.size(1) < form.block_size:
      block = __torch__.djladapters.compound.diagonal(parts, form.block_size, False)
    results = [q]
    first = 0
    for i in range(len(flat)):
      results.append(block.narrow(0, first, flat[i].size(0)))
      first = first + flat[i].size(0)
    return results

  def rotated_weights(self, blocks: List[Tensor], weights: List[Tensor], transposed: Tensor, counts: Tensor, sizes: Tensor) -> List[Tensor]:
    # W' = C^T W of every layer as (out, in); counts: how many blocks a layer has, sizes: see blocks.weight
    parts = __torch__.djladapters.arrays.integers(sizes)
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = __torch__.djladapters.arrays.by_outputs(weights[i].detach(), transposed[i])
      results.append(__torch__.djladapters.blocks.weight(weight, blocks[i], int(counts[i]), parts))
    return results

  def add_rotation_gradients(self, q: Tensor, tangents: List[Tensor], firsts: Tensor, distinct: Tensor) -> Tensor:
    # adds to the gradients of the parameters of Q (matrices, n, n); tangents: the gradients of A (blocks, n n), with
    # dQ = Q A and A skew, of every use of a layer; firsts and distinct: where the layer's Q begin and how many it has
    n = q.size(1)
    gradient = torch.zeros_like(q.detach())
    for i in range(len(tangents)):
      skew = tangents[i].reshape([-1, n, n])
      if int(distinct[i]) < skew.size(0):
        skew = torch.sum(skew, [0], True)
      gradient.narrow(0, int(firsts[i]), skew.size(0)).add_(skew)
    gradients = annotate(List[Optional[Tensor]], [torch.matmul(q.detach(), gradient)])
    torch.autograd.backward([q], gradients)
    return q.detach()

  def low_rank_weights(self, downs: List[Tensor], ups: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W' = W + B A of every layer as (out, in), without gradients
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = __torch__.djladapters.arrays.by_outputs(weights[i], transposed[i])
      if __torch__.djladapters.product.is_by_columns(weight):
        results.append(torch.addmm(weight.t(), downs[i].detach().t(), ups[i].detach().t()).t())
      else:
        results.append(torch.addmm(weight, ups[i].detach(), downs[i].detach()))
    return results

  def dense_weights(self, changes: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W' = W + D of every layer as (out, in), without gradients; D: (out, in)
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      results.append(__torch__.djladapters.arrays.by_outputs(weights[i], transposed[i]) + changes[i].detach())
    return results

  def add_gradients(self, tensors: List[Tensor], gradients: List[Tensor]) -> Tensor:
    # has autograd go on from tensors with their gradients; those without elements are not needed
    needed = annotate(List[Tensor], [])
    known = annotate(List[Optional[Tensor]], [])
    for i in range(len(tensors)):
      if gradients[i].numel() > 0:
        needed.append(tensors[i])
        known.append(gradients[i])
    if len(needed) > 0:
      torch.autograd.backward(needed, known)
    return torch.tensor(len(needed))
