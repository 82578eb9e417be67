# BERT (arXiv 1810.04805). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

class Export(Module):
#if head
  model : __torch__.BertWithHead
#else
  model : __torch__.BertModel
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]=None) -> Dict[str, Tensor]:
#if answer
    logits = self.model.forward(input_ids, attention_mask, token_type_ids)
    return {"start_logits": torch.select(logits, 2, 0), "end_logits": torch.select(logits, 2, 1)}
#else
#if head
    return {"logits": self.model.forward(input_ids, attention_mask, token_type_ids)}
#else
    return {"last_hidden_state": self.model.forward(input_ids, attention_mask, token_type_ids)}
#end
#end

#if head
class BertWithHead(Module):
  bert : __torch__.BertModel
#if answer
  qa_outputs : __torch__.layers.Linear  # [2, $hidden_size]
#else
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    hidden = self.bert.forward(input_ids, attention_mask, token_type_ids)
#if sequence
    pooled = self.bert.pooler.forward(hidden)
    return self.classifier.forward(pooled)
#end
#if token
    return self.classifier.forward(hidden)
#end
#if answer
    return self.qa_outputs.forward(hidden)
#end

#end
class BertModel(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
#if sequence
  pooler : __torch__.Pooler
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    hidden = self.embeddings.forward(input_ids, token_type_ids)
    mask = torch.ne(attention_mask, 0).unsqueeze(1).unsqueeze(2)  # [B, 1, 1, T]
    return self.encoder.forward(hidden, mask)

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  position_embeddings : __torch__.layers.Embedding  # [$positions, $hidden_size]
  token_type_embeddings : __torch__.layers.Embedding  # [$types, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor, token_type_ids: Optional[Tensor]) -> Tensor:
    positions = torch.arange(torch.size(input_ids, 1), device=input_ids.device).unsqueeze(0)
    if token_type_ids is None:
      types = torch.zeros_like(input_ids)
    else:
      types = token_type_ids
    words = torch.add(self.word_embeddings.forward(input_ids), self.token_type_embeddings.forward(types))
    return self.LayerNorm.forward(torch.add(words, self.position_embeddings.forward(positions)))

class Encoder(Module):
  layer : __torch__.Layers
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    return self.layer.forward(hidden, mask)

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, mask)
    return hidden

class Layer(Module):
  attention : __torch__.Attention
  intermediate : __torch__.Intermediate
  output : __torch__.Output
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    attended = self.attention.forward(hidden, mask)
    return self.output.forward(self.intermediate.forward(attended), attended)

class Attention(Module):
  self : __torch__.SelfAttention
  output : __torch__.AttentionOutput
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    return self.output.forward(self.self.forward(hidden, mask), hidden)

class SelfAttention(Module):
  query : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  key : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  value : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), $heads, -1]
    query = self.query.forward(hidden).view(shape).transpose(1, 2)  # [B, A, T, H / A]
    key = self.key.forward(hidden).view(shape).transpose(1, 2)
    value = self.value.forward(hidden).view(shape).transpose(1, 2)
    attended = torch.scaled_dot_product_attention(query, key, value, mask)
    return attended.transpose(1, 2).reshape(torch.size(hidden))

class AttentionOutput(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
    sum = torch.add(dense, residual)
    return self.LayerNorm.forward(sum)

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
#if sequence

class Pooler(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return torch.tanh(self.dense.forward(torch.select(hidden, 1, 0)))
#end
