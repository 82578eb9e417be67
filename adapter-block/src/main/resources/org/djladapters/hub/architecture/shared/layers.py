# Modules that programs share. A comment after a tensor tells its shape, see DeclaredShapes.

class Linear(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [out, in]
  bias : Tensor  # [out]
  def forward(self, x: Tensor) -> Tensor:
    return torch.linear(x, self.weight, self.bias)

class LinearWithoutBias(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [out, in]
  def forward(self, x: Tensor) -> Tensor:
    return torch.linear(x, self.weight)

class Embedding(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [entries, size]
  def forward(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weight, ids)

class LayerNorm(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [size]
  bias : Tensor  # [size]
  def forward(self, x: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(self.weight, 0)], self.weight, self.bias, $eps)

class Dropout(Module):
  training : bool
  def forward(self, x: Tensor, rate: float) -> Tensor:
    return torch.dropout(x, rate, self.training)
  def rate(self, rate: float) -> float:
    # the rate at which attention drops weights
    if self.training:
      return rate
    return 0.

# Positions of models that count from padding + 1 and leave padding out: [B, T].
def positions_after(input_ids: Tensor, padding: int) -> Tensor:
  text = torch.ne(input_ids, padding)
  return torch.add(torch.mul(torch.cumsum(text, 1), text), padding)

# Attention with heads over queries [B, T, H], keys and values [B, S, H]; the mask is one of attention.py.
def attention(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor], heads: int) -> Tensor:
  shape = [torch.size(key, 0), torch.size(key, 1), heads, -1]
  q = query.view([shape[0], torch.size(query, 1), heads, -1]).transpose(1, 2)  # [B, A, T, H / A]
  k = key.view(shape).transpose(1, 2)
  v = value.view(shape).transpose(1, 2)
  attended = __torch__.attention.attend(q, k, v, mask, 0., False, None)
  return attended.transpose(1, 2).reshape(torch.size(query))
