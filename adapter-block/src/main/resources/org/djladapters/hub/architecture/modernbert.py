# ModernBERT (arXiv 2412.13663). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention with D features.

#include text_export family="ModernBert" given="" typed="" optional=""

#if head
class ModernBertWithHead(Module):
  model : __torch__.ModernBertModel
  head : __torch__.Head
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.model.forward(input_ids, attention_mask)
#if sequence
#if mean
    weighted = torch.mul(hidden, attention_mask.unsqueeze(2))
    hidden = torch.div(torch.sum(weighted, [1]), torch.sum(attention_mask, [1], True))
#else
    hidden = torch.select(hidden, 1, 0)
#end
#end
    return self.classifier.forward(self.head.forward(hidden))

class Head(Module):
  dense : __torch__.layers.$head_linear  # [$hidden_size, $hidden_size]
  norm : __torch__.Norm  # [$hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.norm.forward($head_activation(self.dense.forward(hidden)))

#end
class ModernBertModel(Module):
  embeddings : __torch__.Embeddings
  layers : __torch__.Layers
  final_norm : __torch__.Norm  # [$hidden_size]
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids)
    hidden = self.layers.forward(hidden, __torch__.attention.bias(attention_mask, hidden))
    return self.final_norm.forward(hidden)

class Embeddings(Module):
  tok_embeddings : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  norm : __torch__.Norm  # [$hidden_size]
  def forward(self, input_ids: Tensor) -> Tensor:
    return self.norm.forward(self.tok_embeddings.forward(input_ids))

class Layers(Module):
  __annotations__["$i"] = __torch__.$layer[i]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    # first for layers that see all tokens, then for those that see near ones
    turns = [__torch__.turns(hidden, $global_theta), __torch__.turns(hidden, $local_theta)]
    near, block = __torch__.attention.near(mask, hidden, $reach)
    masks = [mask, near]
    blocks = [0, block]
    hidden = getattr(self, "$i").forward(hidden, turns[$local[i]], masks[$local[i]], blocks[$local[i]])
    return hidden

def turns(like: Tensor, theta: float) -> Tensor:
  # cosines and sines (2, T, D) of the angles by which positions turn pairs of features; sines with the signs of "turned"
  steps = torch.reciprocal(torch.pow(theta, torch.div(torch.arange(0, $head_size, 2, dtype=6, device=like.device), $head_size)))
  positions = torch.arange(torch.size(like, 1), dtype=6, device=like.device)
  angles = torch.mul(positions.unsqueeze(1), steps)
  cos, sin = torch.cos(angles), torch.sin(angles)
  return torch.stack([torch.cat([cos, cos], 1), torch.cat([torch.neg(sin), sin], 1)]).to(like.dtype)

#include modern_layer name="FirstLayer" norm=""

#include modern_layer name="Layer" norm="attn_norm"

class Attention(Module):
  Wqkv : __torch__.layers.$attention_linear  # [3 * $hidden_size, $hidden_size]
  Wo : __torch__.layers.$attention_linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, turns: Tensor, mask: Optional[Tensor], block: int) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), 3, $heads, -1]
    parts = self.Wqkv.forward(hidden).view(shape).permute([2, 0, 3, 1, 4])  # [3, B, A, T, D]
    query = self.turned(torch.select(parts, 0, 0), turns)
    key = self.turned(torch.select(parts, 0, 1), turns)
    value = torch.select(parts, 0, 2)
    if block > 0:
      attended = __torch__.attention.attend_near(query, key, value, mask, block)
    else:
      attended = __torch__.attention.attend(query, key, value, mask, 0., False, None)
    return self.Wo.forward(attended.transpose(1, 2).reshape(torch.size(hidden)))

  def turned(self, x: Tensor, turns: Tensor) -> Tensor:
    # features d and d + D / 2 turned as a pair
    return torch.add(torch.mul(x, turns.select(0, 0)), torch.mul(torch.roll(x, [$head_size // 2], [3]), turns.select(0, 1)))

class Mlp(Module):
  Wi : __torch__.layers.$mlp_linear  # [2 * $intermediate_size, $hidden_size]
  Wo : __torch__.layers.$mlp_linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    wide = self.Wi.forward(hidden)
    fed = $activation(torch.narrow(wide, -1, 0, $intermediate_size))
    gate = torch.narrow(wide, -1, $intermediate_size, $intermediate_size)
    return self.Wo.forward(torch.mul(fed, gate))

class Norm(Module):
#if norm_bias
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [size]
  bias : Tensor  # [size]
#else
  __parameters__ = ["weight", ]
  weight : Tensor  # [size]
#end
  def forward(self, x: Tensor) -> Tensor:
#if norm_bias
    return torch.layer_norm(x, [torch.size(self.weight, 0)], self.weight, self.bias, $eps)
#else
    return torch.layer_norm(x, [torch.size(self.weight, 0)], self.weight, None, $eps)
#end
