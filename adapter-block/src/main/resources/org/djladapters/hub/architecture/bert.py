# BERT (arXiv 1810.04805) and what differs from it in positions, embeddings and head: RoBERTa (1907.11692), ELECTRA
# (2003.10555). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

class Export(Module):
#if head
  model : __torch__.BertWithHead
#else
  model : __torch__.BertModel
#end
  def results(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    # no work for columns at the end that are padding in every row: their results are zeros
    length = __torch__.attention.length(attention_mask)
    ids = __torch__.attention.shortened(input_ids, length)
    if token_type_ids is None:
      types = torch.zeros_like(ids)
    else:
      types = __torch__.attention.shortened(token_type_ids, length)
    results = self.model.forward(ids, __torch__.attention.shortened(attention_mask, length), types)
#if sequence
    return results
#else
    return __torch__.attention.padded(results, torch.size(input_ids, 1))
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]=None) -> Dict[str, Tensor]:
    results = self.results(input_ids, attention_mask, token_type_ids)
#if answer
    return {"start_logits": torch.select(results, 2, 0), "end_logits": torch.select(results, 2, 1)}
#else
#if head
    return {"logits": results}
#else
    return {"last_hidden_state": results}
#if pooler
  def forward_pooled(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]=None) -> Dict[str, Tensor]:
    # for heads that take what the pooler gives
    results = self.results(input_ids, attention_mask, token_type_ids)
    return {"last_hidden_state": results, "pooler_output": self.model.pooler.forward(results)}
#end
#end
#end

#if head
class BertWithHead(Module):
  $base : __torch__.BertModel
#if answer
  qa_outputs : __torch__.layers.Linear  # [2, $hidden_size]
#end
#if token
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#end
#if sequence
#if pooler
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#else
  classifier : __torch__.ClassificationHead
#end
#end
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.$base.forward(input_ids, attention_mask, token_type_ids)
#if answer
    return self.qa_outputs.forward(hidden)
#end
#if sequence
#if pooler
    hidden = self.$base.pooler.forward(hidden)
#else
    hidden = torch.select(hidden, 1, 0)
#end
#end
#if not answer
#if dropout
    hidden = self.dropout.forward(hidden, $classifier_dropout)
#end
    return self.classifier.forward(hidden)
#end

#end
class BertModel(Module):
  embeddings : __torch__.Embeddings
#if project
  embeddings_project : __torch__.layers.Linear  # [$hidden_size, $embedding_size]
#end
  encoder : __torch__.Encoder
#if pooler
  pooler : __torch__.Pooler
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids, token_type_ids)
#if project
    hidden = self.embeddings_project.forward(hidden)
#end
    return self.encoder.forward(hidden, __torch__.attention.bias(attention_mask, hidden))

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $embedding_size]
#if not relative
  position_embeddings : __torch__.layers.Embedding  # [$positions, $embedding_size]
#end
  token_type_embeddings : __torch__.layers.Embedding  # [$types, $embedding_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$embedding_size]
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
    embedded = torch.add(self.word_embeddings.forward(input_ids), self.token_type_embeddings.forward(token_type_ids))
#if not relative
#if positions_after_padding
    positions = __torch__.layers.positions_after(input_ids, $padding)
#else
    positions = torch.arange(torch.size(input_ids, 1), device=input_ids.device).unsqueeze(0)
#end
    embedded = torch.add(embedded, self.position_embeddings.forward(positions))
#end
    embedded = self.LayerNorm.forward(embedded)
#if dropout
    embedded = self.dropout.forward(embedded, $hidden_dropout)
#end
    return embedded

class Encoder(Module):
  layer : __torch__.Layers
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    return self.layer.forward(hidden, mask)

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
  self : __torch__.SelfAttention
  output : __torch__.AttentionOutput
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    return self.output.forward(self.self.forward(hidden, mask), hidden)

class SelfAttention(Module):
  query : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  key : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  value : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
#if relative
  distance_embedding : __torch__.DistanceEmbedding  # [$distances, $head_size]
#end
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), $heads, -1]
    query = self.query.forward(hidden).view(shape).transpose(1, 2)  # [B, A, T, H / A]
    key = self.key.forward(hidden).view(shape).transpose(1, 2)
    value = self.value.forward(hidden).view(shape).transpose(1, 2)
#if relative
    mask = self.distance_embedding.forward(query, key, mask)
#end
#if dropout
    attended = torch.scaled_dot_product_attention(query, key, value, mask, self.dropout.rate($attention_dropout))
#else
    attended = torch.scaled_dot_product_attention(query, key, value, mask)
#end
    return attended.transpose(1, 2).reshape(torch.size(hidden))

#if relative
# The part of the scores that the distance from a query to a key gives (arXiv 1803.02155), as an additive mask.
class DistanceEmbedding(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [distances, size]
  def forward(self, query: Tensor, key: Tensor, mask: Optional[Tensor]) -> Tensor:
    positions = torch.arange(torch.size(query, 2), device=query.device)
    distances = torch.sub(positions.unsqueeze(1), positions.unsqueeze(0))
    embedded = torch.embedding(self.weight, torch.add(distances, $positions - 1))  # [T, T, H / A]
    scores = torch.einsum("bald,lrd->balr", [query, embedded])
#if relative_key_query
    scores = torch.add(scores, torch.einsum("bard,lrd->balr", [key, embedded]))
#end
    scaled = torch.mul(scores, torch.pow($head_size, -0.5))
    if mask is None:
      return scaled
    return torch.add(scaled, mask)

#end
class AttentionOutput(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
#if dropout
    dense = self.dropout.forward(dense, $hidden_dropout)
#end
    sum = torch.add(dense, residual)
    return self.LayerNorm.forward(sum)

class Intermediate(Module):
  dense : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return $activation(self.dense.forward(hidden))

class Output(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
#if dropout
    dense = self.dropout.forward(dense, $hidden_dropout)
#end
    sum = torch.add(dense, residual)
    return self.LayerNorm.forward(sum)
#if pooler

class Pooler(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return torch.tanh(self.dense.forward(torch.select(hidden, 1, 0)))
#end
#if sequence
#if not pooler

class ClassificationHead(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  out_proj : __torch__.layers.Linear  # [$labels, $hidden_size]
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, first: Tensor) -> Tensor:
    hidden = $head_activation(self.dense.forward(first))
#if dropout
    hidden = self.dropout.forward(hidden, $classifier_dropout)
#end
    return self.out_proj.forward(hidden)
#end
#end
