# Products of linear layers, called by MatmulTrial.java to measure them and to find out whether a processor has them.

class Matmul(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def repeated(self, x: Tensor, weight: Tensor, bias: Tensor, options: Tensor) -> Tensor:
    # x W^T + b, computed several times; options: how often, rows and bits of the way, the engine's own for rows 0
    times, rows, bits = int(options[0]), int(options[1]), int(options[2])
    way = annotate(Optional[__torch__.djladapters.product.Way], None)
    if rows > 0:
      way = __torch__.djladapters.product.Way(rows, bits, 1)
    y = bias
    for i in range(times):
      y = __torch__.djladapters.product.linear(x, weight, bias, way)
    return y

  def laid(self, weight: Tensor) -> Tensor:
    # a copy of the weight, as it lies in memory for oneDNN
    w = weight.clone()
    by_rows = __torch__.djladapters.product.lay(w, __torch__.djladapters.product.Way(1, 32, 1))
    return w
