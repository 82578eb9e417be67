# Attention with an output layer of its own.

class Attention(Module):
  self : __torch__.SelfAttention
  output : __torch__.AttentionOutput
  def forward(self, hidden: Tensor$typed) -> Tensor:
    return self.output.forward(self.self.forward(hidden$given), hidden)
