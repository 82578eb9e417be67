# A layer with norms behind its sums, and its attention with the residual. given, typed: what goes to the attention beside the
# hidden states.

class Layer(Module):
  attention : __torch__.Attention
  intermediate : __torch__.Intermediate
  output : __torch__.Output
  def forward(self, hidden: Tensor$typed) -> Tensor:
    attended = self.attention.forward(hidden$given)
    return self.output.forward(self.intermediate.forward(attended), attended)
