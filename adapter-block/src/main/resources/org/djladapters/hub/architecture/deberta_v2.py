# DeBERTa (arXiv 2006.03654), and its versions 2 and 3 (2111.09543). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention, R rows of the embeddings of distances.

class Export(Module):
#if head
  model : __torch__.DebertaWithHead
#else
  model : __torch__.DebertaModel
#end
#if types
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]=None) -> Dict[str, Tensor]:
#else
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
#end
    # no work for columns at the end that are padding in every row: their results are zeros
    length = __torch__.attention.length(attention_mask)
    ids = __torch__.attention.shortened(input_ids, length)
    mask = __torch__.attention.shortened(attention_mask, length)
#if types
    types = __torch__.attention.optional(token_type_ids, length)
    results = self.model.forward(ids, mask, types)
#else
    results = self.model.forward(ids, mask, None)
#end
#include text_outputs

#if head
class DebertaWithHead(Module):
  deberta : __torch__.DebertaModel
#if sequence
  pooler : __torch__.Pooler
#end
#if answer
  qa_outputs : __torch__.layers.Linear  # [2, $hidden_size]
#else
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    hidden = self.deberta.forward(input_ids, attention_mask, token_type_ids)
#if sequence
    pooled = self.pooler.forward(hidden)
    return self.classifier.forward(pooled)
#end
#if token
    return self.classifier.forward(hidden)
#end
#if answer
    return self.qa_outputs.forward(hidden)
#end

#end
class DebertaModel(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    mask = torch.ne(attention_mask, 0)  # [B, T]
    hidden = self.embeddings.forward(input_ids, mask, token_type_ids)
    return self.encoder.forward(hidden, mask)

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $embedding_size]
#if positions
  position_embeddings : __torch__.layers.Embedding  # [$max_positions, $embedding_size]
#end
#if types
  token_type_embeddings : __torch__.layers.Embedding  # [$type_vocab_size, $embedding_size]
#end
#if projected
  embed_proj : __torch__.layers.LinearWithoutBias  # [$hidden_size, $embedding_size]
#end
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor, mask: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    hidden = self.word_embeddings.forward(input_ids)
#if positions
    positions = torch.arange(torch.size(input_ids, 1), device=input_ids.device).unsqueeze(0)
    hidden = torch.add(hidden, self.position_embeddings.forward(positions))
#end
#if types
    if token_type_ids is None:
      types = torch.zeros_like(input_ids)
    else:
      types = token_type_ids
    hidden = torch.add(hidden, self.token_type_embeddings.forward(types))
#end
#if projected
    hidden = self.embed_proj.forward(hidden)
#end
    return torch.mul(self.LayerNorm.forward(hidden), mask.unsqueeze(2))

class Encoder(Module):
#if biased
  rel_embeddings : __torch__.layers.Embedding  # [2 * $span, $hidden_size]
#end
#if normalized
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
#end
#if convolution
  conv : __torch__.Convolution
#end
  layer : __torch__.Layers
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    padding = torch.logical_not(torch.logical_and(mask.unsqueeze(1), mask.unsqueeze(2))).unsqueeze(1)  # [B, 1, T, T]
#if biased
    rows = __torch__.distance_rows(torch.size(hidden, 1), hidden.device)
    # only the rows that texts of this length need
    first = torch.min(rows)
    needed = torch.arange(int(first), int(torch.max(rows)) + 1, device=rows.device)
    distances = self.rel_embeddings.forward(needed)  # [R, H]
#if normalized
    distances = self.LayerNorm.forward(distances)
#end
    rows = torch.sub(rows, first)
#else
    distances = torch.empty([0], dtype=hidden.dtype, device=hidden.device)
    rows = torch.empty([0], device=hidden.device)
#end
#if convolution
    near = self.conv.forward(hidden)
    hidden = self.layer.first(hidden, padding, distances, rows)
    hidden = self.conv.joined(hidden, near, mask)
    return self.layer.others(hidden, padding, distances, rows)
#else
    return self.layer.forward(hidden, padding, distances, rows)
#end

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
#if convolution
  def first(self, hidden: Tensor, padding: Tensor, distances: Tensor, rows: Tensor) -> Tensor:
    return getattr(self, "0").forward(hidden, padding, distances, rows)

  def others(self, hidden: Tensor, padding: Tensor, distances: Tensor, rows: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, padding, distances, rows) if $i > 0 else hidden
    return hidden
#else
  def forward(self, hidden: Tensor, padding: Tensor, distances: Tensor, rows: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, padding, distances, rows)
    return hidden
#end

#include bert_layer given=", padding, distances, rows" typed=", padding: Tensor, distances: Tensor, rows: Tensor"

#include bert_attention given=", padding, distances, rows" typed=", padding: Tensor, distances: Tensor, rows: Tensor"

class SelfAttention(Module):
#if fused
  __parameters__ = ["q_bias", "v_bias", ]
  in_proj : __torch__.layers.LinearWithoutBias  # [3 * $hidden_size, $hidden_size]
  q_bias : Tensor  # [$hidden_size]
  v_bias : Tensor  # [$hidden_size]
#if content_to_position
  pos_proj : __torch__.layers.LinearWithoutBias  # [$hidden_size, $hidden_size]
#end
#if position_to_content
  pos_q_proj : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
#end
#else
  query_proj : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  key_proj : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  value_proj : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
#if own_keys
  pos_key_proj : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
#end
#if own_queries
  pos_query_proj : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
#end
#end
  def forward(self, hidden: Tensor, padding: Tensor, distances: Tensor, rows: Tensor) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), $heads, -1]
#if fused
    query, key, value = torch.chunk(self.in_proj.forward(hidden).view(shape).transpose(1, 2), 3, 3)  # [B, A, T, H / A]
    query = torch.add(query, self.q_bias.view([$heads, 1, -1]))
    value = torch.add(value, self.v_bias.view([$heads, 1, -1]))
#else
    query = self.query_proj.forward(hidden).view(shape).transpose(1, 2)  # [B, A, T, H / A]
    key = self.key_proj.forward(hidden).view(shape).transpose(1, 2)
    value = self.value_proj.forward(hidden).view(shape).transpose(1, 2)
#end
#if content_to_position
#if fused
    distant_keys = self.pos_proj.forward(distances)
#else
#if own_keys
    distant_keys = self.pos_key_proj.forward(distances)
#else
    distant_keys = self.key_proj.forward(distances)
#end
#end
    bias = __torch__.products(query, distant_keys, torch.flip(rows, [0]))
#end
#if position_to_content
#if fused
    distant_queries = self.pos_q_proj.forward(distances)
#else
#if own_queries
    distant_queries = self.pos_query_proj.forward(distances)
#else
    distant_queries = self.query_proj.forward(distances)
#end
#end
    from_positions = __torch__.products(key, distant_queries, rows).transpose(2, 3)
#if content_to_position
    bias = bias + from_positions
#else
    bias = from_positions
#end
#end
#if not biased
    bias = torch.zeros(torch.size(padding), dtype=hidden.dtype, device=hidden.device)
#end
    # a token of padding attends to all others alike, since the least number swallows what is added to it
    bias = torch.masked_fill_(bias.contiguous(), padding, __torch__.least(hidden))
    attended = __torch__.attention.attend(query, key, value, bias, 0., False, $scale)
    return attended.transpose(1, 2).reshape(torch.size(hidden))

#include residual name="AttentionOutput" inputs="$hidden_size"

#include intermediate

#include residual name="Output" inputs="$intermediate_size"
#if sequence

#include pooler function="$pooler_activation"
#end
#if convolution

class Convolution(Module):
  conv : __torch__.Conv1d  # [$hidden_size, $conv_inputs, $conv_kernel_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    near = self.conv.forward(hidden.transpose(1, 2)).transpose(1, 2)
    return $conv_activation(near)

  def joined(self, hidden: Tensor, near: Tensor, mask: Tensor) -> Tensor:
    sum = torch.add(hidden, near)
    return torch.mul(self.LayerNorm.forward(sum), mask.unsqueeze(2))

class Conv1d(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [out, in, width]
  bias : Tensor  # [out]
  def forward(self, x: Tensor) -> Tensor:
    return torch.conv1d(x, self.weight, self.bias, [1], [$conv_padding], [1], $conv_groups)
#end

def least(x: Tensor) -> float:
  # the least finite number of a type
  if x.dtype == 5:
    return -65504.
  if x.dtype == 15:
    return -3.3895313892515355e+38
  return -3.4028234663852886e+38
#if biased

def distance_rows(tokens: int, device: Device) -> Tensor:
  # the rows of rel_embeddings for the distances -T, ..., T of a query from a key [2 T + 1]
  distances = torch.arange(-tokens, tokens + 1, device=device)
#if buckets
  # distances beyond the middle share buckets, the more the larger they are
  far = torch.abs(distances)
  far = torch.where(torch.lt(far, $middle), torch.full_like(far, $middle - 1), far)
  base = torch.log(torch.tensor($log_base, dtype=6, device=device))
  bucket = torch.ceil(torch.log(far / $middle) / base * ($middle - 1)) + $middle
  distances = torch.where(torch.le(far, $middle), distances.to(6), bucket * torch.sign(distances)).to(4)
#end
  return torch.clamp(distances + $span, 0, 2 * $span - 1)

def products(x: Tensor, distant: Tensor, rows: Tensor) -> Tensor:
  # products of x [B, A, T, H / A] with the distances from all tokens [B, A, T, T]: in row r of the result, column c is
  # for the distance number T + c - r of rows [2 T + 1]
  heads, tokens = torch.size(x, 1), torch.size(x, 2)
  distant = torch.index_select(distant, 0, rows.slice(0, 1)).view([2 * tokens, heads, -1]).permute([1, 2, 0])  # [A, H / A, 2 T]
  by_head = x.transpose(0, 1).reshape([heads, -1, torch.size(x, 3)])  # [A, B T, H / A]
  found = torch.bmm(by_head, distant * $scale).view([heads, -1, tokens * 2 * tokens])
  # each row begins one number earlier than the row above it
  turned = found.narrow(2, tokens - 1, tokens * (2 * tokens - 1)).view([heads, -1, tokens, 2 * tokens - 1])
  return turned.narrow(3, 0, tokens).transpose(0, 1)
#end
