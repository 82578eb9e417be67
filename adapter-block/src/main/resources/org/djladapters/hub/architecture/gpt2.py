# GPT-2 (Radford et al., 2019). Names after a dollar sign are filled in, see ProgramTemplate. Shapes: B texts, T tokens,
# S tokens with those in the cache, H features, A heads of attention.

#include decoder_export family="Gpt2" base="transformer" norm="ln_f" kept="(B, A, S, H / A)" \
#   sizes="[$layers, $heads, $hidden_size // $heads]"
class Gpt2Model(Module):
  wte : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  wpe : __torch__.layers.Embedding  # [$positions, $hidden_size]
  h : __torch__.Layers
  ln_f : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor, positions: Tensor, attention_mask: Tensor, cache: Optional[Tensor]) -> Tensor:
    words = self.wte.forward(input_ids)
    places = self.wpe.forward(positions)
    hidden = torch.add(words, places)
    mask = __torch__.decoder.mask(attention_mask, input_ids.size(1), 0)
    return self.ln_f.forward(self.h.forward(hidden, mask, cache, attention_mask.size(1)))

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, mask, __torch__.decoder.layer(cache, $i), all)
    return hidden

class Layer(Module):
  ln_1 : __torch__.layers.LayerNorm  # [$hidden_size]
  attn : __torch__.Attention
  ln_2 : __torch__.layers.LayerNorm  # [$hidden_size]
  mlp : __torch__.Mlp
  def forward(self, hidden: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    attended = self.attn.forward(self.ln_1.forward(hidden), mask, cache, all)
    middle = torch.add(attended, hidden)
    fed = self.mlp.forward(self.ln_2.forward(middle))
    return torch.add(middle, fed)

class Attention(Module):
  c_attn : __torch__.Conv1D  # [$hidden_size, 3 * $hidden_size]
  c_proj : __torch__.Conv1D  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    products = self.c_attn.forward(hidden).view([hidden.size(0), hidden.size(1), 3 * $heads, -1])
    query, key, value = torch.chunk(products.transpose(1, 2), 3, 1)  # [B, A, T, H / A]
    keys = __torch__.decoder.with_past(cache, 0, key, all)
    values = __torch__.decoder.with_past(cache, 1, value, all)
    return self.c_proj.forward(__torch__.decoder.attend(query, keys, values, mask, None))

class Mlp(Module):
  c_fc : __torch__.Conv1D  # [$hidden_size, $intermediate_size]
  c_proj : __torch__.Conv1D  # [$intermediate_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.c_proj.forward($activation(self.c_fc.forward(hidden)))

class Conv1D(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [in, out]
  bias : Tensor  # [out]
  def forward(self, x: Tensor) -> Tensor:
    rows = x.reshape([-1, x.size(-1)])
    y = torch.addmm(self.bias, rows, self.weight)
    return y.view([x.size(0), x.size(1), -1])
