# A layer with norms before its parts. norm: the name of the first one, empty for none.

class $name(Module):
#if norm
  $norm : __torch__.Norm  # [$hidden_size]
#end
  attn : __torch__.Attention
  mlp_norm : __torch__.Norm  # [$hidden_size]
  mlp : __torch__.Mlp
  def forward(self, hidden: Tensor, turns: Tensor, mask: Optional[Tensor], block: int) -> Tensor:
#if norm
    attended = self.attn.forward(self.$norm.forward(hidden), turns, mask, block)
#else
    attended = self.attn.forward(hidden, turns, mask, block)
#end
    middle = torch.add(hidden, attended)
    fed = self.mlp.forward(self.mlp_norm.forward(middle))
    sum = torch.add(middle, fed)
    return sum
