# ALBERT (arXiv 1909.11942). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

#include text_export family="Albert" given=", token_type_ids" typed=", token_type_ids: Optional[Tensor]" \
#   optional=", token_type_ids: Optional[Tensor]=None"

#if head
class AlbertWithHead(Module):
  albert : __torch__.AlbertModel
#if answer
  qa_outputs : __torch__.layers.Linear  # [2, $hidden_size]
#else
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.albert.forward(input_ids, attention_mask, token_type_ids)
#if answer
    return self.qa_outputs.forward(hidden)
#end
#if token
    return self.classifier.forward(hidden)
#end
#if sequence
    return self.classifier.forward(self.albert.pooler.forward(hidden))
#end

#end
class AlbertModel(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
#if pooler
  pooler : __torch__.Pooler  # [$hidden_size, $hidden_size]
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids, token_type_ids)
    return self.encoder.forward(hidden, __torch__.attention.bias(attention_mask, hidden))

#include type_embeddings

class Encoder(Module):
  embedding_hidden_mapping_in : __torch__.layers.Linear  # [$hidden_size, $embedding_size]
  albert_layer_groups : __torch__.Groups
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    return self.albert_layer_groups.forward(self.embedding_hidden_mapping_in.forward(hidden), mask)

class Groups(Module):
  __annotations__["$i"] = __torch__.Group
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    # a group is used several times, one after the other
    for layer in range($depth):
      group = int(layer / ($depth / $layers))
      hidden = getattr(self, "$i").forward(hidden, mask) if group == $i else hidden
    return hidden

class Group(Module):
  albert_layers : __torch__.Layers
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    return self.albert_layers.forward(hidden, mask)

#include layers layers="$inner" given=", mask" typed=", mask: Optional[Tensor]"

class Layer(Module):
  full_layer_layer_norm : __torch__.layers.LayerNorm  # [$hidden_size]
  attention : __torch__.Attention
  ffn : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  ffn_output : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.attention.forward(hidden, mask)
    fed = self.ffn_output.forward($activation(self.ffn.forward(attended)))
    sum = torch.add(fed, attended)
    return self.full_layer_layer_norm.forward(sum)

class Attention(Module):
  query : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  key : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  value : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    query = self.query.forward(hidden)
    key = self.key.forward(hidden)
    value = self.value.forward(hidden)
    dense = self.dense.forward(__torch__.layers.attention(query, key, value, mask, $heads))
    sum = torch.add(dense, hidden)
    return self.LayerNorm.forward(sum)
#if pooler

class Pooler(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [out, in]
  bias : Tensor  # [out]
  def forward(self, hidden: Tensor) -> Tensor:
    first = torch.select(hidden, 1, 0)
    dense = torch.linear(first, self.weight, self.bias)
    return torch.tanh(dense)
#end
