# LLaMA (arXiv 2302.13971) and what computes much as it does: Mistral, Qwen2, Qwen3, SmolLM2. Names after a dollar sign are
# filled in, see ProgramTemplate. Shapes: B texts, T tokens, S tokens with those in the cache, A heads of attention with D
# features, K heads of keys and values.

#include decoder_export family="Llama" base="model" norm="norm" kept="(B, K, S, D)" \
#   sizes="[$layers, $key_value_heads, $head_size]"
class LlamaModel(Module):
  embed_tokens : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  layers : __torch__.Layers
  norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor, positions: Tensor, attention_mask: Tensor, cache: Optional[Tensor]) -> Tensor:
    hidden = self.embed_tokens.forward(input_ids)
    angles = torch.mul(positions.to(6).unsqueeze(2), __torch__.frequencies(positions)).unsqueeze(1)  # [B or 1, 1, T, D / 2]
    cos, sin = torch.cos(angles), torch.sin(angles)
#if scaled
    cos, sin = torch.mul(cos, $attention_factor), torch.mul(sin, $attention_factor)
#end
    cos, sin = torch.cat([cos, cos], 3).to(hidden.dtype), torch.cat([torch.neg(sin), sin], 3).to(hidden.dtype)
    masks = [__torch__.decoder.mask(attention_mask, input_ids.size(1), $window)]
#if mixed
    masks.append(__torch__.decoder.mask(attention_mask, input_ids.size(1), 0))
#end
    hidden = self.layers.forward(hidden, cos, sin, masks, cache, attention_mask.size(1))
    return self.norm.forward(hidden)

def frequencies(positions: Tensor) -> Tensor:
  # by what angle a step from one position to the next turns pairs of features (D / 2), in float32
  wavelengths = torch.pow($theta, torch.div(torch.arange(0, $head_size, 2, dtype=6, device=positions.device), $head_size))
#if linear
  return torch.div(torch.reciprocal(wavelengths), $factor)
#end
#if dynamic
  longest = torch.add(torch.max(positions), 1)
  if int(longest) > $positions:
    stretch = torch.sub(torch.div(torch.mul(longest, $factor), $positions), $factor - 1)
    base = torch.mul(torch.pow(stretch, $head_size / ($head_size - 2)), $theta)
    wavelengths = torch.pow(base, torch.div(torch.arange(0, $head_size, 2, dtype=6, device=positions.device), $head_size))
  return torch.reciprocal(wavelengths)
#end
#if llama3
  plain = torch.reciprocal(wavelengths)
  steps = torch.mul(torch.reciprocal(plain), 2 * 3.141592653589793)  # of a whole turn
  low = torch.gt(steps, $original_positions / $low_factor)
  high = torch.lt(steps, $original_positions / $high_factor)
  smooth = torch.div(torch.sub(torch.mul(torch.reciprocal(steps), $original_positions), $low_factor), $high_factor - $low_factor)
  between = torch.add(torch.div(torch.mul(torch.rsub(smooth, 1), plain), $factor), torch.mul(smooth, plain))
  return torch.where(low, torch.div(plain, $factor), torch.where(high, plain, between))
#end
#if yarn
  ramp = torch.div(torch.sub(torch.arange($head_size // 2, dtype=6, device=positions.device), $first), $last - $first)
  kept = torch.rsub(torch.clamp(ramp, 0, 1), 1)
  stretched = torch.mul(torch.reciprocal(torch.mul(wavelengths, $factor)), torch.rsub(kept, 1))
  return torch.add(stretched, torch.mul(torch.reciprocal(wavelengths), kept))
#end
#if plain
  return torch.reciprocal(wavelengths)
#end

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, masks: List[Optional[Tensor]], cache: Optional[Tensor], all: int) -> Tensor:
    kinds = [$kinds]
    hidden = getattr(self, "$i").forward(hidden, cos, sin, masks[kinds[$i]], __torch__.decoder.layer(cache, $i), all)
    return hidden

class Layer(Module):
  self_attn : __torch__.Attention
  mlp : __torch__.Mlp
  input_layernorm : __torch__.RmsNorm  # [$hidden_size]
  post_attention_layernorm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    attended = self.self_attn.forward(self.input_layernorm.forward(hidden), cos, sin, mask, cache, all)
    middle = torch.add(hidden, attended)
    fed = self.mlp.forward(self.post_attention_layernorm.forward(middle))
    return torch.add(middle, fed)

class Attention(Module):
  q_proj : __torch__.layers.$products  # [$heads * $head_size, $hidden_size]
  k_proj : __torch__.layers.$products  # [$key_value_heads * $head_size, $hidden_size]
  v_proj : __torch__.layers.$products  # [$key_value_heads * $head_size, $hidden_size]
  o_proj : __torch__.layers.$output  # [$hidden_size, $heads * $head_size]
#if head_norms
  q_norm : __torch__.RmsNorm  # [$head_size]
  k_norm : __torch__.RmsNorm  # [$head_size]
#end
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    shape = [hidden.size(0), hidden.size(1), -1, $head_size]
    query = self.q_proj.forward(hidden).view(shape)
    key = self.k_proj.forward(hidden).view(shape)
    value = self.v_proj.forward(hidden).view(shape).transpose(1, 2)
#if head_norms
    query, key = self.q_norm.forward(query), self.k_norm.forward(key)
#end
    query = self.turned(query.transpose(1, 2), cos, sin)  # [B, A, T, D]
    key = self.turned(key.transpose(1, 2), cos, sin)
    keys = __torch__.decoder.with_past(cache, 0, key, all)
    values = __torch__.decoder.with_past(cache, 1, value, all)
    return self.o_proj.forward(__torch__.decoder.attend(query, keys, values, mask))

  def turned(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    # features d and d + D / 2 turned as a pair; sin has the sign of the first of them
    return torch.add(torch.mul(x, cos), torch.mul(torch.roll(x, [$head_size // 2], [3]), sin))

class Mlp(Module):
  gate_proj : __torch__.layers.$mlp  # [$intermediate_size, $hidden_size]
  up_proj : __torch__.layers.$mlp  # [$intermediate_size, $hidden_size]
  down_proj : __torch__.layers.$mlp  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    gate = $activation(self.gate_proj.forward(hidden))
    return self.down_proj.forward(torch.mul(gate, self.up_proj.forward(hidden)))

class RmsNorm(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [size]
  def forward(self, x: Tensor) -> Tensor:
    y = x.to(6)
    y = torch.mul(y, torch.rsqrt(torch.add(torch.mean(torch.square(y), [-1], True), $eps)))
    return torch.mul(y.to(x.dtype), self.weight)
