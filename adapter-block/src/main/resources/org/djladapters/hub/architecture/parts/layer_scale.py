# The result of a part of a layer, scaled feature by feature.

class LayerScale(Module):
  __parameters__ = ["lambda1", ]
  lambda1 : Tensor  # [$hidden_size]
  def forward(self, x: Tensor) -> Tensor:
    return torch.mul(x, self.lambda1)
