# A layer of T5. first: First for the first one, which has the embedding of distances, and empty for the others.

class ${first}Block(Module):
  layer : __torch__.${first}Layers
  def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
    return self.layer.forward(hidden, bias)

class ${first}Layers(Module):
  __annotations__["0"] = __torch__.${first}Attention
  __annotations__["1"] = __torch__.Feedforward
  def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
    return getattr(self, "1").forward(getattr(self, "0").forward(hidden, bias))

class ${first}Attention(Module):
  SelfAttention : __torch__.${first}SelfAttention
  layer_norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
    attended = self.SelfAttention.forward(self.layer_norm.forward(hidden), bias)
    sum = torch.add(hidden, attended)
    return sum

class ${first}SelfAttention(Module):
  q : __torch__.layers.LinearWithoutBias  # [$heads * $head_size, $hidden_size]
  k : __torch__.layers.LinearWithoutBias  # [$heads * $head_size, $hidden_size]
  v : __torch__.layers.LinearWithoutBias  # [$heads * $head_size, $hidden_size]
  o : __torch__.layers.LinearWithoutBias  # [$hidden_size, $heads * $head_size]
#if first
  relative_attention_bias : __torch__.layers.Embedding  # [$buckets, $heads]
#end
  def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), $heads, -1]
    query = self.q.forward(hidden).view(shape).transpose(1, 2)  # [B, A, T, D]
    key = self.k.forward(hidden).view(shape).transpose(1, 2)
    value = self.v.forward(hidden).view(shape).transpose(1, 2)
    attended = __torch__.attention.attend(query, key, value, bias, 0., False, 1.)
    return self.o.forward(attended.transpose(1, 2).flatten(2))
