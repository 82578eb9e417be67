# The custom backward pass of adapters, before and after the passes of a model: W' of every layer without gradients, and
# the gradients of an adapter's parameters from what the backward pass of the model has computed (see recording.py).
# Called by the Java classes CompoundBackward, LowRankBackward and CirculantBackward.

class CustomBackward(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def rotations(self, parameters: List[Tensor], plan: List[Tensor], options: Tensor) -> List[Tensor]:
    # A (matrices, n, n) of all layers, with its gradient, then its transposed inverse and the blocks (distinct, b, b) of
    # C of every layer, without; A is Q, or with gains d Q diag(e^d); parameters, plan and options as in compound.py, but
    # layers may differ in how many matrices they have
    form = __torch__.djladapters.compound.form(options)
    layers = len(parameters)
    if form.gains:
      layers = layers // 2
    flat = annotate(List[Tensor], [])
    for i in range(len(parameters)):
      flat.append(parameters[i].reshape([parameters[i].size(1), -1]))
    index = __torch__.djladapters.compound.parameter_index(plan)
    a = __torch__.djladapters.orthogonal.matrices(torch.cat(flat[:layers], 0), index, form.size, form.map, form.terms)
    inverse = a.detach()
    if form.gains:
      gains = torch.cat(flat[layers:], 0)
      inverse = __torch__.djladapters.compound.scaled(inverse, torch.neg(gains.detach()))
      a = __torch__.djladapters.compound.scaled(a, gains)
    parts = __torch__.djladapters.compound.parts(a.detach(), plan, form)
    block = parts[0]
    if len(parts) > 1 or block.size(1) < form.block_size:
      block = __torch__.djladapters.compound.diagonal(parts, form.block_size, False)
    results = [a, inverse]
    first = 0
    for i in range(layers):
      results.append(block.narrow(0, first, flat[i].size(0)))
      first = first + flat[i].size(0)
    return results

  def rotated_weights(self, blocks: List[Tensor], weights: List[Tensor], transposed: Tensor, counts: Tensor, sizes: Tensor, of_inputs: Tensor, strided: Tensor) -> List[Tensor]:
    # W' = C^T W of every layer, or W C^T where C is of the inputs, as (out, in); counts: how many blocks a layer has,
    # sizes: those of the parts of a block
    parts = __torch__.djladapters.arrays.integers(sizes)
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = __torch__.djladapters.arrays.by_outputs(weights[i].detach(), transposed[i])
      rotation = __torch__.djladapters.blocks.Rotation(blocks[i], int(counts[i]), parts, bool(strided))
      if bool(of_inputs):
        results.append(__torch__.djladapters.blocks.input_weight(weight, rotation))
      else:
        results.append(__torch__.djladapters.blocks.weight(weight, rotation))
    return results

  def add_rotation_gradients(self, a: Tensor, inverse: Tensor, tangents: List[Tensor], firsts: Tensor, distinct: Tensor, of_inputs: Tensor) -> Tensor:
    # adds to the gradients of the parameters of A (matrices, n, n); inverse: A^-T; tangents: the gradients of X (blocks,
    # n n), with dA = A X, or dA = X A for rotations of the inputs, of every use of a layer; firsts and distinct: where the
    # layer's A begin and how many it has
    n = a.size(1)
    gradient = torch.zeros_like(inverse)
    for i in range(len(tangents)):
      tangent = tangents[i].reshape([-1, n, n])
      if int(distinct[i]) < tangent.size(0):
        tangent = torch.sum(tangent, [0], True)
      gradient.narrow(0, int(firsts[i]), tangent.size(0)).add_(tangent)
    if bool(of_inputs):
      gradient = torch.matmul(gradient, inverse)
    else:
      gradient = torch.matmul(inverse, gradient)
    torch.autograd.backward([a], annotate(List[Optional[Tensor]], [gradient]))
    return a.detach()

  def low_rank_weights(self, downs: List[Tensor], ups: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W' = W + B A of every layer as (out, in), without gradients
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = __torch__.djladapters.arrays.by_outputs(weights[i], transposed[i])
      results.append(__torch__.djladapters.product.plus_low_rank(weight, ups[i].detach(), downs[i].detach()))
    return results

  def dense_weights(self, changes: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W' = W + D of every layer as (out, in), without gradients; D: (out, in)
    results = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = __torch__.djladapters.arrays.by_outputs(weights[i], transposed[i])
      results.append((weight + changes[i].detach()).to(weight.dtype))
    return results

  def add_gradients(self, tensors: List[Tensor], gradients: List[Tensor]) -> Tensor:
    # has autograd go on from tensors with their gradients; those without elements are not needed
    needed = annotate(List[Tensor], [])
    known = annotate(List[Optional[Tensor]], [])
    for i in range(len(tensors)):
      if gradients[i].numel() > 0:
        needed.append(tensors[i])
        known.append(gradients[i].to(tensors[i].dtype))
    if len(needed) > 0:
      torch.autograd.backward(needed, known)
    return torch.tensor(len(needed))
