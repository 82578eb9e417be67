# A layer of the first position.

class Pooler(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return $function(self.dense.forward(torch.select(hidden, 1, 0)))
