# A linear layer whose result is added to what goes around it.

class $name(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $inputs]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
#if dropout
    dense = self.dropout.forward(dense, $hidden_dropout)
#end
    sum = torch.add(dense, residual)
    return self.LayerNorm.forward(sum)
