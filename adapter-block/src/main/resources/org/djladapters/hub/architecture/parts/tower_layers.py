# The layers of one of two towers.

class ${tower}Encoder(Module):
  layers : __torch__.${tower}Layers
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    return self.layers.forward(hidden, mask)

class ${tower}Layers(Module):
  __annotations__["$i"] = __torch__.${tower}Layer
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, mask)
    return hidden

class ${tower}Layer(Module):
  layer_norm1 : __torch__.layers.LayerNorm  # [$hidden_size]
  self_attn : __torch__.${tower}Attention
  layer_norm2 : __torch__.layers.LayerNorm  # [$hidden_size]
  mlp : __torch__.${tower}Mlp
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.self_attn.forward(self.layer_norm1.forward(hidden), mask)
    sum = torch.add(attended, hidden)
    fed = self.mlp.forward(self.layer_norm2.forward(sum))
    both = torch.add(fed, sum)
    return both

#include attention name="${tower}Attention" q="q_proj" k="k_proj" v="v_proj" o="out_proj"

class ${tower}Mlp(Module):
  fc1 : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  fc2 : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.fc2.forward($activation(self.fc1.forward(hidden)))
