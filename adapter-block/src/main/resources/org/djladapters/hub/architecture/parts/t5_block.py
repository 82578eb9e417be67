# A layer of the encoder of T5 and, if there is one, of the decoder. first: First for the first ones, which have the embedding
# of distances, and empty for the others.

class ${first}Block(Module):
  layer : __torch__.${first}Layers
  def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
    return self.layer.forward(hidden, bias)

class ${first}Layers(Module):
  __annotations__["0"] = __torch__.${first}Attention
  __annotations__["1"] = __torch__.Feedforward
  def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
    attended = getattr(self, "0").forward(hidden, bias, None, hidden.size(1))
    return getattr(self, "1").forward(attended)

#if seq2seq_lm
class ${first}DecoderBlock(Module):
  layer : __torch__.${first}DecoderLayers
  def forward(self, hidden: Tensor, bias: Tensor, source: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    return self.layer.forward(hidden, bias, source, mask, cache, all)

class ${first}DecoderLayers(Module):
  __annotations__["0"] = __torch__.${first}Attention
  __annotations__["1"] = __torch__.SourceAttention
  __annotations__["2"] = __torch__.Feedforward
  def forward(self, hidden: Tensor, bias: Tensor, source: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    attended = getattr(self, "0").forward(hidden, bias, cache, all)
    return getattr(self, "2").forward(getattr(self, "1").forward(attended, source, mask))

#end
class ${first}Attention(Module):
  SelfAttention : __torch__.${first}SelfAttention
  layer_norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, bias: Tensor, cache: Optional[Tensor], all: int) -> Tensor:
    attended = self.SelfAttention.forward(self.layer_norm.forward(hidden), bias, cache, all)
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
  def forward(self, hidden: Tensor, bias: Tensor, cache: Optional[Tensor], all: int) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), $heads, -1]
    query = self.q.forward(hidden).view(shape).transpose(1, 2)  # [B, A, T, D]
    key = __torch__.decoder.with_past(cache, 0, self.k.forward(hidden).view(shape).transpose(1, 2), all)
    value = __torch__.decoder.with_past(cache, 1, self.v.forward(hidden).view(shape).transpose(1, 2), all)
    attended = __torch__.attention.attend(query, key, value, bias, 0., False, 1.)
    return self.o.forward(attended.transpose(1, 2).flatten(2))
