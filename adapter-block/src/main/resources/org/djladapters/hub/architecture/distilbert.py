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
#include text_outputs

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

#include word_embeddings counted="torch.arange(torch.size(input_ids, 1), device=input_ids.device).unsqueeze(0)"

#include encoder name="Transformer" given=", mask" typed=", mask: Optional[Tensor]"

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

#include attention name="Attention" q="q_lin" k="k_lin" v="v_lin" o="out_lin"

class Feedforward(Module):
  lin1 : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  lin2 : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.lin2.forward($activation(self.lin1.forward(hidden)))
