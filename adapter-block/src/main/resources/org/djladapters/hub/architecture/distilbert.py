# DistilBERT (arXiv 1910.01108). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

class Export(Module):
#if head
  model : __torch__.DistilBertWithHead
#else
  model : __torch__.DistilBertModel
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
    # no work for columns at the end that are padding in every row: their results are zeros
    length = __torch__.attention.length(attention_mask)
    ids = __torch__.attention.shortened(input_ids, length)
    results = self.model.forward(ids, __torch__.attention.shortened(attention_mask, length))
#if sequence
    return {"logits": results}
#else
    padded = __torch__.attention.padded(results, torch.size(input_ids, 1))
#end
#if answer
    return {"start_logits": torch.select(padded, 2, 0), "end_logits": torch.select(padded, 2, 1)}
#end
#if token
    return {"logits": padded}
#end
#if not head
    return {"last_hidden_state": padded}
#end

#if head
class DistilBertWithHead(Module):
  distilbert : __torch__.DistilBertModel
#if answer
  qa_outputs : __torch__.layers.Linear  # [2, $hidden_size]
#else
#if sequence
  pre_classifier : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
#end
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.distilbert.forward(input_ids, attention_mask)
#if answer
    return self.qa_outputs.forward(hidden)
#end
#if token
    return self.classifier.forward(hidden)
#end
#if sequence
    first = torch.select(hidden, 1, 0)
    return self.classifier.forward(torch.relu(self.pre_classifier.forward(first)))
#end

#end
class DistilBertModel(Module):
  embeddings : __torch__.Embeddings
  transformer : __torch__.Transformer
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids)
    return self.transformer.forward(hidden, __torch__.attention.bias(attention_mask, hidden))

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  position_embeddings : __torch__.layers.Embedding  # [$positions, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor) -> Tensor:
    positions = torch.arange(torch.size(input_ids, 1), device=input_ids.device).unsqueeze(0)
    embedded = torch.add(self.word_embeddings.forward(input_ids), self.position_embeddings.forward(positions))
    return self.LayerNorm.forward(embedded)

class Transformer(Module):
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
  sa_layer_norm : __torch__.layers.LayerNorm  # [$hidden_size]
  ffn : __torch__.Feedforward
  output_layer_norm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.attention.forward(hidden, mask)
    sum = torch.add(attended, hidden)
    normed = self.sa_layer_norm.forward(sum)
    fed = self.ffn.forward(normed)
    sum = torch.add(fed, normed)
    return self.output_layer_norm.forward(sum)

class Attention(Module):
  q_lin : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  k_lin : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  v_lin : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  out_lin : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    query = self.q_lin.forward(hidden)
    key = self.k_lin.forward(hidden)
    value = self.v_lin.forward(hidden)
    return self.out_lin.forward(__torch__.layers.attention(query, key, value, mask, $heads))

class Feedforward(Module):
  lin1 : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  lin2 : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.lin2.forward($activation(self.lin1.forward(hidden)))
