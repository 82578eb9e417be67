# The root of T5 with a decoder, the model with its head, and the decoder. Its answers are not padded at the left. Shapes: S
# tokens that are answered, T new tokens of an answer, W all of it so far, L layers, D features of a head.

class Export(Module):
  model : __torch__.T5WithDecoder
  def forward(self, input_ids: Tensor, attention_mask: Tensor, decoder_input_ids: Tensor) -> Dict[str, Tensor]:
    length = __torch__.attention.length(attention_mask)
    mask = __torch__.attention.shortened(attention_mask, length)
    source = self.model.encoded(__torch__.attention.shortened(input_ids, length), mask)
    hidden = self.model.decoded(decoder_input_ids, source, __torch__.attention.bias(mask, source), None, decoder_input_ids.size(1))
    return {"logits": self.model.logits(hidden)}

  def djladapters_next(self, input_ids: Tensor, attention_mask: Tensor, cache: Tensor, source: List[Tensor]) -> List[Tensor]:
    # logits (B, vocabulary) of the last token, the cache, and what is kept of the source, keys and values (L, 2, B, A, S, D);
    # ids (B, T) are the last of all tokens of the answers (B, W). source: ids and mask (B, S), and what is kept, at first
    # without elements
    ids, mask, kept = source
    if kept.numel() == 0:
      kept = self.model.decoder.block.kept(self.model.encoded(ids, mask))
    room = __torch__.decoder.with_room(cache, [$layers, $heads, $head_size], attention_mask, self.model.decoder.final_layer_norm.weight)
    hidden = self.model.decoded(input_ids, kept, __torch__.attention.bias(mask, kept), room, attention_mask.size(1))
    return [self.model.logits(hidden.select(1, -1)), room, kept]

class T5WithDecoder(Module):
  shared : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  encoder : __torch__.Encoder
  decoder : __torch__.Decoder
  lm_head : __torch__.layers.LinearWithoutBias  # [$vocab_size, $hidden_size]
  def encoded(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.shared.forward(input_ids)
    return self.encoder.forward(hidden, __torch__.attention.bias(attention_mask, hidden))
  def decoded(self, decoder_input_ids: Tensor, source: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    return self.decoder.forward(self.shared.forward(decoder_input_ids), source, mask, cache, all)
  def logits(self, hidden: Tensor) -> Tensor:
#if scaled
    hidden = torch.mul(hidden, $hidden_size ** -0.5)
#end
    return self.lm_head.forward(hidden)

class Decoder(Module):
  block : __torch__.DecoderBlocks
  final_layer_norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, source: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    return self.final_layer_norm.forward(self.block.forward(hidden, source, mask, cache, all))

class DecoderBlocks(Module):
  __annotations__["$i"] = __torch__.$decoder_block[i]
  def forward(self, hidden: Tensor, source: Tensor, mask: Optional[Tensor], cache: Optional[Tensor], all: int) -> Tensor:
    # source: the states of the encoder (B, S, H), or what is kept of them
    places = torch.arange(all, device=hidden.device)
    own = places.narrow(0, all - hidden.size(1), hidden.size(1))
    distances = torch.sub(places.unsqueeze(0), own.unsqueeze(1))
    first = getattr(getattr(self, "0").layer, "0").SelfAttention
    scores = first.relative_attention_bias.forward(__torch__.buckets_before(distances)).permute([2, 0, 1]).unsqueeze(0)  # [1, A, T, W]
    bias = torch.masked_fill(scores, torch.gt(distances, 0), __torch__.attention.least(scores))
    hidden = getattr(self, "$i").forward(hidden, bias, __torch__.source_of(source, $i), mask, __torch__.decoder.layer(cache, $i), all)
    return hidden

  def kept(self, encoded: Tensor) -> Tensor:
    kept = annotate(List[Tensor], [])
    kept.append(getattr(getattr(self, "$i").layer, "1").EncDecAttention.kept(encoded))
    return torch.stack(kept)

def source_of(source: Tensor, layer: int) -> Tensor:
  if source.dim() == 3:
    return source
  return source.select(0, layer)

#include distance_buckets name="buckets_before" both="" count="$buckets" exact="$half" log="$log_before"

class SourceAttention(Module):
  EncDecAttention : __torch__.EncDecAttention
  layer_norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, source: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.EncDecAttention.forward(self.layer_norm.forward(hidden), source, mask)
    sum = torch.add(hidden, attended)
    return sum

class EncDecAttention(Module):
  q : __torch__.layers.LinearWithoutBias  # [$heads * $head_size, $hidden_size]
  k : __torch__.layers.LinearWithoutBias  # [$heads * $head_size, $hidden_size]
  v : __torch__.layers.LinearWithoutBias  # [$heads * $head_size, $hidden_size]
  o : __torch__.layers.LinearWithoutBias  # [$hidden_size, $heads * $head_size]
  def forward(self, hidden: Tensor, source: Tensor, mask: Optional[Tensor]) -> Tensor:
    query = self.heads(self.q.forward(hidden))
    if source.dim() == 3:
      key, value = self.heads(self.k.forward(source)), self.heads(self.v.forward(source))
    else:
      key, value = source.select(0, 0), source.select(0, 1)
    attended = __torch__.attention.attend(query, key, value, mask, 0., False, 1.)
    return self.o.forward(attended.transpose(1, 2).flatten(2))
  def kept(self, encoded: Tensor) -> Tensor:
    return torch.stack([self.heads(self.k.forward(encoded)), self.heads(self.v.forward(encoded))])
  def heads(self, x: Tensor) -> Tensor:
    return x.view([torch.size(x, 0), torch.size(x, 1), $heads, -1]).transpose(1, 2)  # [B, A, S or T, D]
