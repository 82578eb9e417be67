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
