# Gemma 2 (arXiv 2408.00118) and Gemma 3 (arXiv 2503.19786). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, S tokens with those in the cache, A heads of attention with D features, K heads of keys and values.

#include decoder_export family="Gemma" base="model" norm="norm" kept="(B, K, S, D)" \
#   sizes="[$layers, $key_value_heads, $head_size]"
class GemmaModel(Module):
  embed_tokens : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  layers : __torch__.Layers
  norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor, positions: Tensor, attention_mask: Tensor, cache: Optional[Tensor]) -> Tensor:
    words = self.embed_tokens.forward(input_ids)
    hidden = torch.mul(words, torch.tensor($hidden_size ** 0.5, dtype=words.dtype, device=words.device))
    cos, sin = __torch__.angles(positions, __torch__.frequencies(positions), hidden.dtype)
    cosines, sines = [cos], [sin]
#if local
    local = torch.pow($local_theta, torch.div(torch.arange(0, $head_size, 2, dtype=6, device=positions.device), $head_size))
    cos, sin = __torch__.angles(positions, torch.reciprocal(local), hidden.dtype)
    cosines.append(cos)
    sines.append(sin)
#end
#if both_ways
    masks = [__torch__.decoder.around(attention_mask, $window)]
#if mixed
    masks.append(__torch__.decoder.around(attention_mask, 0))
#end
#else
    masks = [__torch__.decoder.mask(attention_mask, input_ids.size(1), $window)]
#if mixed
    masks.append(__torch__.decoder.mask(attention_mask, input_ids.size(1), 0))
#end
#end
    hidden = self.layers.forward(hidden, cosines, sines, masks, cache, attention_mask.size(1))
    return self.norm.forward(hidden)

#include rope

#include turned_layers

class Layer(Module):
  self_attn : __torch__.Attention
  mlp : __torch__.Mlp
  input_layernorm : __torch__.RmsNorm  # [$hidden_size]
  post_attention_layernorm : __torch__.RmsNorm  # [$hidden_size]
  pre_feedforward_layernorm : __torch__.RmsNorm  # [$hidden_size]
  post_feedforward_layernorm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    attended = self.self_attn.forward(self.input_layernorm.forward(hidden), cos, sin, mask, cache, all)
    attended = self.post_attention_layernorm.forward(attended)
    middle = torch.add(hidden, attended)
    fed = self.mlp.forward(self.pre_feedforward_layernorm.forward(middle))
    fed = self.post_feedforward_layernorm.forward(fed)
    return torch.add(middle, fed)

class Attention(Module):
  q_proj : __torch__.layers.$products  # [$heads * $head_size, $hidden_size]
  k_proj : __torch__.layers.$products  # [$key_value_heads * $head_size, $hidden_size]
  v_proj : __torch__.layers.$products  # [$key_value_heads * $head_size, $hidden_size]
  o_proj : __torch__.layers.$products  # [$hidden_size, $heads * $head_size]
#if head_norms
  q_norm : __torch__.RmsNorm  # [$head_size]
  k_norm : __torch__.RmsNorm  # [$head_size]
#end
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    shape = [hidden.size(0), hidden.size(1), -1, $head_size]
    query, key = self.q_proj.forward(hidden).view(shape), self.k_proj.forward(hidden).view(shape)
    value = self.v_proj.forward(hidden).view(shape).transpose(1, 2)
#if head_norms
    query, key = self.q_norm.forward(query), self.k_norm.forward(key)
#end
    query = __torch__.turned(query.transpose(1, 2), cos, sin)  # [B, A, T, D]
    key = __torch__.turned(key.transpose(1, 2), cos, sin)
    keys = __torch__.decoder.with_past(cache, 0, key, all)
    values = __torch__.decoder.with_past(cache, 1, value, all)
#if attention_cap
    attended = __torch__.capped(query, keys, values, mask)
#else
    attended = __torch__.decoder.attend(query, keys, values, mask, $scale)
#end
    return self.o_proj.forward(attended)
#if attention_cap

def capped(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor]) -> Tensor:
  # the same as decoder.attend with scores that stay below a cap; heads with the same keys stand in the place of tokens
  batch, heads, tokens, features = query.size()
  shared = [batch, key.size(1), heads // key.size(1) * tokens, -1]
  scores = torch.matmul(torch.mul(query, $scale).reshape(shared), key.transpose(2, 3))
  scores = torch.mul(torch.tanh(torch.div(scores, $attention_cap)), $attention_cap).reshape([batch, heads, tokens, -1])
  seen = mask
  if seen is None and tokens > 1:
    seen = torch.ones([tokens, tokens], dtype=11, device=query.device).tril()
  if seen is not None:
    scores = torch.masked_fill(scores, torch.logical_not(seen), __torch__.attention.least(scores))
  weights = torch.softmax(scores, -1, 6).to(query.dtype)
  attended = torch.matmul(weights.reshape(shared), value).reshape([batch, heads, tokens, features])
  return attended.transpose(1, 2).reshape([batch, tokens, heads * features])
#end

#include gated_mlp

class RmsNorm(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [size]
  def forward(self, x: Tensor) -> Tensor:
    y = x.to(6)
    y = torch.mul(y, torch.rsqrt(torch.add(torch.mean(torch.square(y), [-1], True), $eps)))
    return torch.mul(y, torch.add(self.weight.to(6), 1)).to(x.dtype)
