# The first half of a feed-forward part.

class Intermediate(Module):
  dense : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return $activation(self.dense.forward(hidden))
