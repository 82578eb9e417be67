# Attention of all patches to each other.

class Attention(Module):
  attention : __torch__.SelfAttention
  output : __torch__.AttentionOutput
  def forward(self, hidden: Tensor) -> Tensor:
    return self.output.forward(self.attention.forward(hidden))

class SelfAttention(Module):
  query : __torch__.layers.$qkv  # [$hidden_size, $hidden_size]
  key : __torch__.layers.$qkv  # [$hidden_size, $hidden_size]
  value : __torch__.layers.$qkv  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    query = self.query.forward(hidden)
    key = self.key.forward(hidden)
    value = self.value.forward(hidden)
    return __torch__.layers.attention(query, key, value, None, $heads)

class AttentionOutput(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.dense.forward(hidden)
