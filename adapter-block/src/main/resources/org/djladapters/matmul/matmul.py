# Products of linear layers, called by MatmulTrial.java to measure them and to find out whether the engine has oneDNN's.

class Matmul(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def repeated(self, x: Tensor, weights: Tensor, bias: Tensor, options: Tensor) -> Tensor:
    # x W^T + b for one of the weights after the other; options: how often, rows of the way, the engine's own for rows 0,
    # and the first weight
    times, rows, first = int(options[0]), int(options[1]), int(options[2])
    way = annotate(Optional[__torch__.djladapters.product.Way], None)
    if rows > 0:
      way = __torch__.djladapters.product.Way(rows, rows, 1)
    y = bias
    for i in range(times):
      weight = weights[(first + i) % weights.size(0)]
      y = __torch__.djladapters.product.linear(x, weight, bias, way)
    return y

  def laid(self, weights: Tensor) -> Tensor:
    # a copy of the weights, each column by column, as it lies in memory for oneDNN
    return weights.transpose(1, 2).contiguous().transpose(1, 2)
