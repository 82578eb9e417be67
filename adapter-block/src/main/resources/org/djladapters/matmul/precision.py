# A layer of an encoder, called by PrecisionTrial.java to measure how fast it is in a type.

class Precision(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def layer(self, x: Tensor, square: Tensor, up: Tensor, down: Tensor, options: Tensor) -> Tensor:
    # x (texts, tokens, d) through attention with the weights square (4, d, d) and a network with up (m, d) and down (d, m);
    # options: rows of the way of products, the engine's own for rows 0, and the number of heads
    rows, heads = int(options[0]), int(options[1])
    way = annotate(Optional[__torch__.djladapters.product.Way], None)
    if rows > 0:
      way = __torch__.djladapters.product.Way(rows, rows, 1)
    texts, tokens, width = x.size(0), x.size(1), x.size(2)
    parts = annotate(List[Tensor], [])
    for i in range(3):
      part = __torch__.djladapters.product.linear(x, square[i], None, way)
      part = part.reshape([texts, tokens, heads, width // heads]).transpose(1, 2)
      parts.append(part.reshape([texts * heads, tokens, width // heads]))
    scores = torch.softmax(torch.bmm(parts[0], parts[1].transpose(1, 2)), -1)
    mixed = torch.bmm(scores, parts[2]).reshape([texts, heads, tokens, width // heads]).transpose(1, 2)
    y = torch.add(x, __torch__.djladapters.product.linear(mixed.reshape([texts, tokens, width]), square[3], None, way))
    inner = torch.gelu(__torch__.djladapters.product.linear(y, up, None, way))
    return torch.add(y, __torch__.djladapters.product.linear(inner, down, None, way))

  def prepared(self, values: Tensor, dtype: Tensor, by_columns: Tensor) -> Tensor:
    # a copy in a type, whose matrices lie column by column if by_columns has elements, as oneDNN takes them
    copy = values.to(int(dtype))
    if by_columns.numel() == 0:
      return copy
    return copy.transpose(-2, -1).contiguous().transpose(-2, -1)
