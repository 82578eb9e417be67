# Weights that transforms have changed, called by TransformKernel.java.

class TransformKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def transform(self, weights: List[Tensor], biases: List[Tensor], transforms: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # W' of every layer, then b' of every layer. W has the shape (out, ...), or (in, out) where transposed; a b without
    # elements is none; transforms holds the parts of one transform after the other
    new_weights = annotate(List[Tensor], [])
    new_biases = annotate(List[Tensor], [])
    for i in range(len(weights)):
      weight = weights[i]
      wide = __torch__.djladapters.arrays.at_least_float32(weight)
      t = __torch__.djladapters.transform.read(transforms, i * __torch__.djladapters.transform.parts(), wide)
      bias = biases[i]
      if t is not None:
        if bool(transposed[i]):
          wide = __torch__.djladapters.transform.weight(wide.t(), t).t()
        else:
          wide = __torch__.djladapters.transform.weight(wide.reshape([wide.size(0), -1]), t).reshape(weight.size())
        if bias.numel() > 0:
          bias = __torch__.djladapters.transform.bias(bias.to(wide.dtype), t).to(bias.dtype)
      new_weights.append(wide.to(weight.dtype).contiguous())
      new_biases.append(bias)
    return new_weights + new_biases

  def by_parts(self, rotations: List[Tensor], sizes: Tensor) -> List[Tensor]:
    # rotations (1, blocks, b, b) as the squares of their parts (blocks, numbers), see transform.rotate_parts
    results = annotate(List[Tensor], [])
    parts = annotate(List[int], sizes.tolist())[1:]
    for rotation in rotations:
      squares = annotate(List[Tensor], [])
      at = 0
      for size in parts:
        squares.append(rotation[0].narrow(1, at, size).narrow(2, at, size).reshape([rotation.size(1), -1]))
        at = at + size
      results.append(torch.cat(squares, 1))
    return results

  def row_norms(self, weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # the norms (out) of the rows of every W as (out, in), at least in float32
    norms = annotate(List[Tensor], [])
    for i in range(len(weights)):
      wide = __torch__.djladapters.arrays.at_least_float32(weights[i])
      wide = __torch__.djladapters.arrays.by_outputs(wide, transposed[i])
      norms.append(torch.linalg_vector_norm(wide.reshape([wide.size(0), -1]), 2, [1]))
    return norms
