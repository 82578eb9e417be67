# Products of linear layers, for measuring them and for finding out whether a processor has them.

class Matmul(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def repeated(self, x: Tensor, weight: Tensor, bias: Tensor, options: Tensor) -> Tensor:
    # options: how often, rows, bits; the engine's own product for rows 0
    way = annotate(Optional[List[int]], None)
    if int(options[1]) > 0:
      way = [int(options[1]), int(options[2]), 1]
    y = bias
    for i in range(int(options[0])):
      y = __torch__.djladapters.product.linear(x, weight, bias, way)
    return y

  def laid(self, weight: Tensor) -> Tensor:
    # the weight as it lies for oneDNN
    w = weight.clone()
    by_rows = __torch__.djladapters.product.lay(w, [1, 32, 1])
    return w
