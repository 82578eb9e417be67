# BERT (arXiv 1810.04805) and what differs from it in positions, embeddings and head: RoBERTa (1907.11692), ELECTRA
# (2003.10555). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

#include text_export family="Bert" given=", token_type_ids" typed=", token_type_ids: Optional[Tensor]" \
#   optional=", token_type_ids: Optional[Tensor]=None"

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

#include type_embeddings

#include encoder name="Encoder" given=", mask" typed=", mask: Optional[Tensor]"

#include bert_layer given=", mask" typed=", mask: Optional[Tensor]"

#include bert_attention given=", mask" typed=", mask: Optional[Tensor]"

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
    attended = __torch__.attention.attend(query, key, value, mask, self.dropout.rate($attention_dropout), False, None)
#else
    attended = __torch__.attention.attend(query, key, value, mask, 0., False, None)
#end
    return attended.transpose(1, 2).reshape(torch.size(hidden))

#if relative
#include distance_embedding

#end
#include residual name="AttentionOutput" inputs="$hidden_size"

#include intermediate

#include residual name="Output" inputs="$intermediate_size"
#if pooler

#include pooler function="torch.tanh"
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
