# Layers of an encoder, called by PrecisionTrial.java to measure how fast they are in a type.

class Precision(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def layers(self, x: Tensor, square: Tensor, up: Tensor, down: Tensor, options: Tensor) -> Tensor:
    # x (texts, tokens, d) through as many layers as there are rows of square (layers, 4, d, d), up (layers, m, d) and
    # down (layers, d, m); options: rows of the way of products, the engine's own for rows 0, and the number of heads
    rows, heads = int(options[0]), int(options[1])
    way = annotate(Optional[__torch__.djladapters.product.Way], None)
    if rows > 0:
      way = __torch__.djladapters.product.Way(rows, 1)
    texts, tokens, width = x.size(0), x.size(1), x.size(2)
    y = x
    for i in range(square.size(0)):
      parts = annotate(List[Tensor], [])
      for j in range(3):
        part = __torch__.djladapters.product.linear(y, square[i][j], None, way)
        part = part.reshape([texts, tokens, heads, width // heads]).transpose(1, 2)
        parts.append(part.reshape([texts * heads, tokens, width // heads]))
      scores = torch.softmax(torch.bmm(parts[0], parts[1].transpose(1, 2)), -1)
      mixed = torch.bmm(scores, parts[2]).reshape([texts, heads, tokens, width // heads]).transpose(1, 2)
      z = torch.add(y, __torch__.djladapters.product.linear(mixed.reshape([texts, tokens, width]), square[i][3], None, way))
      inner = torch.gelu(__torch__.djladapters.product.linear(z, up[i], None, way))
      y = torch.add(z, __torch__.djladapters.product.linear(inner, down[i], None, way))
    return y

  def prepared(self, values: Tensor, dtype: Tensor, by_columns: Tensor) -> Tensor:
    # a copy in a type, whose matrices lie column by column if by_columns has elements, as oneDNN takes them
    copy = values.to(int(dtype))
    if by_columns.numel() == 0:
      return copy
    return copy.transpose(-2, -1).contiguous().transpose(-2, -1)
