# Attention with four linear layers: q, k, v, o.

class $name(Module):
  $q : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  $k : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  $v : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  $o : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    query = self.$q.forward(hidden)
    key = self.$k.forward(hidden)
    value = self.$v.forward(hidden)
    return self.$o.forward(__torch__.layers.attention(query, key, value, mask, $heads))
