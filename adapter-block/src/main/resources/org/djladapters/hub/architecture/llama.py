# LLaMA (arXiv 2302.13971) and what computes much as it does: Mistral, Qwen, Phi-3, SmolLM, Granite, OLMo 2. Names after a
# dollar sign are filled in, see ProgramTemplate. Shapes: B texts, T tokens, S tokens with those in the cache, A heads of
# attention with D features, K heads of keys and values.

#include decoder_export family="Llama" base="model" norm="norm" kept="(B, K, S, D)" \
#   sizes="[$layers, $key_value_heads, $head_size]"
class LlamaModel(Module):
  embed_tokens : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  layers : __torch__.Layers
  norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor, positions: Tensor, attention_mask: Tensor, cache: Optional[Tensor]) -> Tensor:
    hidden = self.embed_tokens.forward(input_ids)
#if embedding_multiplier
    hidden = torch.mul(hidden, $embedding_multiplier)
#end
    cos, sin = __torch__.angles(positions, __torch__.frequencies(positions), hidden.dtype)
    cosines, sines = [cos], [sin]
#if unturned
    cosines.append(torch.ones_like(cos))
    sines.append(torch.zeros_like(sin))
#end
    masks = [__torch__.decoder.mask(attention_mask, input_ids.size(1), $window)]
#if mixed
    masks.append(__torch__.decoder.mask(attention_mask, input_ids.size(1), 0))
#end
    hidden = self.layers.forward(hidden, cosines, sines, masks, cache, attention_mask.size(1))
    return self.norm.forward(hidden)
#if longrope

  def turns_otherwise(self, positions: Tensor, cache: Tensor) -> bool:
    # whether a text has become so long that the tokens in a cache turn by other angles
    all = int(torch.max(positions)) + 1
    return cache.numel() > 0 and all > $original_positions and all - positions.size(1) <= $original_positions
#end

#include rope

#include turned_layers

class Layer(Module):
  self_attn : __torch__.Attention
  mlp : __torch__.Mlp
#if norms_after
  post_attention_layernorm : __torch__.RmsNorm  # [$hidden_size]
  post_feedforward_layernorm : __torch__.RmsNorm  # [$hidden_size]
#else
  input_layernorm : __torch__.RmsNorm  # [$hidden_size]
  post_attention_layernorm : __torch__.RmsNorm  # [$hidden_size]
#end
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
#if norms_after
    attended = self.post_attention_layernorm.forward(self.self_attn.forward(hidden, cos, sin, mask, cache, all))
    middle = torch.add(hidden, attended)
    fed = self.post_feedforward_layernorm.forward(self.mlp.forward(middle))
#else
    attended = self.self_attn.forward(self.input_layernorm.forward(hidden), cos, sin, mask, cache, all)
#if residual_multiplier
    attended = torch.mul(attended, $residual_multiplier)
#end
    middle = torch.add(hidden, attended)
    fed = self.mlp.forward(self.post_attention_layernorm.forward(middle))
#if residual_multiplier
    fed = torch.mul(fed, $residual_multiplier)
#end
#end
    return torch.add(middle, fed)

class Attention(Module):
#if fused
  qkv_proj : __torch__.layers.$products  # [$all_heads * $head_size, $hidden_size]
#else
  q_proj : __torch__.layers.$products  # [$heads * $head_size, $hidden_size]
  k_proj : __torch__.layers.$products  # [$key_value_heads * $head_size, $hidden_size]
  v_proj : __torch__.layers.$products  # [$key_value_heads * $head_size, $hidden_size]
#end
  o_proj : __torch__.layers.$output  # [$hidden_size, $heads * $head_size]
#if head_norms
  q_norm : __torch__.RmsNorm  # [$head_size]
  k_norm : __torch__.RmsNorm  # [$head_size]
#end
#if wide_norms
  q_norm : __torch__.RmsNorm  # [$heads * $head_size]
  k_norm : __torch__.RmsNorm  # [$key_value_heads * $head_size]
#end
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    shape = [hidden.size(0), hidden.size(1), -1, $head_size]
#if fused
    query, key, value = torch.split_with_sizes(self.qkv_proj.forward(hidden).view(shape), [$heads, $key_value_heads, $key_value_heads], 2)
#else
    query, key, value = self.q_proj.forward(hidden), self.k_proj.forward(hidden), self.v_proj.forward(hidden).view(shape)
#if wide_norms
    query, key = self.q_norm.forward(query), self.k_norm.forward(key)
#end
    query, key = query.view(shape), key.view(shape)
#end
#if head_norms
    query, key = self.q_norm.forward(query), self.k_norm.forward(key)
#end
    query, key = __torch__.turned(query.transpose(1, 2), cos, sin), __torch__.turned(key.transpose(1, 2), cos, sin)  # [B, A or K, T, D]
    keys = __torch__.decoder.with_past(cache, 0, key, all)
    values = __torch__.decoder.with_past(cache, 1, value.transpose(1, 2), all)
    return self.o_proj.forward(__torch__.decoder.attend(query, keys, values, mask, $scale))

#include gated_mlp

#include rms_norm
