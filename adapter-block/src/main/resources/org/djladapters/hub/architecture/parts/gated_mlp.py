# A feedforward in which one product decides how much of another goes on.

class Mlp(Module):
#if fused
  gate_up_proj : __torch__.layers.$mlp  # [2 * $intermediate_size, $hidden_size]
#else
  gate_proj : __torch__.layers.$mlp  # [$intermediate_size, $hidden_size]
  up_proj : __torch__.layers.$mlp  # [$intermediate_size, $hidden_size]
#end
  down_proj : __torch__.layers.$mlp  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
#if fused
    gate, up = torch.chunk(self.gate_up_proj.forward(hidden), 2, -1)
#else
    gate, up = self.gate_proj.forward(hidden), self.up_proj.forward(hidden)
#end
    return self.down_proj.forward(torch.mul($activation(gate), up))
