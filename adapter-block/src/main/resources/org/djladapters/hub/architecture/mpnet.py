# MPNet (arXiv 2004.09297). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

class Export(Module):
#if head
  model : __torch__.MPNetWithHead
#else
  model : __torch__.MPNetModel
#end
  def results(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    # no work for columns at the end that are padding in every row: their results are zeros
    length = __torch__.attention.length(attention_mask)
    ids = __torch__.attention.shortened(input_ids, length)
    results = self.model.forward(ids, __torch__.attention.shortened(attention_mask, length))
#if sequence
    return results
#else
    return __torch__.attention.padded(results, torch.size(input_ids, 1))
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
    results = self.results(input_ids, attention_mask)
#if answer
    return {"start_logits": torch.select(results, 2, 0), "end_logits": torch.select(results, 2, 1)}
#else
#if head
    return {"logits": results}
#else
    return {"last_hidden_state": results}
#if pooler
  def forward_pooled(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
    # for heads that take what the pooler gives
    results = self.results(input_ids, attention_mask)
    return {"last_hidden_state": results, "pooler_output": self.model.pooler.forward(results)}
#end
#end
#end

#if head
class MPNetWithHead(Module):
  mpnet : __torch__.MPNetModel
#if answer
  qa_outputs : __torch__.layers.Linear  # [2, $hidden_size]
#end
#if token
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#end
#if sequence
  classifier : __torch__.ClassificationHead
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.mpnet.forward(input_ids, attention_mask)
#if answer
    return self.qa_outputs.forward(hidden)
#end
#if token
    return self.classifier.forward(hidden)
#end
#if sequence
    return self.classifier.forward(torch.select(hidden, 1, 0))
#end

#end
class MPNetModel(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
#if pooler
  pooler : __torch__.Pooler
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids)
    return self.encoder.forward(hidden, __torch__.attention.bias(attention_mask, hidden))

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  position_embeddings : __torch__.layers.Embedding  # [$positions, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor) -> Tensor:
    positions = __torch__.layers.positions_after(input_ids, $padding)
    embedded = torch.add(self.word_embeddings.forward(input_ids), self.position_embeddings.forward(positions))
    return self.LayerNorm.forward(embedded)

class Encoder(Module):
  layer : __torch__.Layers
  relative_attention_bias : __torch__.layers.Embedding  # [$buckets, $heads]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    positions = torch.arange(torch.size(hidden, 1), device=hidden.device)
    buckets = __torch__.buckets(torch.sub(positions.unsqueeze(0), positions.unsqueeze(1)))  # [T, T]
    scores = self.relative_attention_bias.forward(buckets).permute([2, 0, 1]).unsqueeze(0)  # [1, A, T, T]
    if mask is None:
      bias = scores
    else:
      bias = torch.add(scores, mask)
    return self.layer.forward(hidden, bias)

# Numbers distances from a query to a key: 8 buckets for the shortest ones before it and after it, 8 for those up to
# 128, of growing width, whose last one takes what is farther. The configuration has no say in this.
def buckets(distances: Tensor) -> Tensor:
  length = torch.abs(distances)
  wide = torch.mul(torch.div(torch.log(torch.div(length.float(), 8)), 2.772588722239781), 8).long()
  wide = torch.clamp(torch.add(wide, 8), None, 15)
  near = torch.where(torch.lt(length, 8), length, wide)
  return torch.add(near, torch.gt(distances, 0).long(), alpha=16)

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, mask)
    return hidden

class Layer(Module):
  attention : __torch__.Attention
  intermediate : __torch__.Intermediate
  output : __torch__.Output
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.attention.forward(hidden, mask)
    return self.output.forward(self.intermediate.forward(attended), attended)

class Attention(Module):
  attn : __torch__.SelfAttention
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.attn.forward(hidden, mask)
    sum = torch.add(attended, hidden)
    return self.LayerNorm.forward(sum)

class SelfAttention(Module):
  q : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  k : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  v : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  o : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    query = self.q.forward(hidden)
    key = self.k.forward(hidden)
    value = self.v.forward(hidden)
    return self.o.forward(__torch__.layers.attention(query, key, value, mask, $heads))

class Intermediate(Module):
  dense : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return $activation(self.dense.forward(hidden))

class Output(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
    sum = torch.add(dense, residual)
    return self.LayerNorm.forward(sum)
#if pooler

class Pooler(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return torch.tanh(self.dense.forward(torch.select(hidden, 1, 0)))
#end
#if sequence

class ClassificationHead(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  out_proj : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, first: Tensor) -> Tensor:
    return self.out_proj.forward(torch.tanh(self.dense.forward(first)))
#end
