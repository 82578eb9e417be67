# MPNet (arXiv 2004.09297). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention.

#include text_export family="MPNet" given="" typed="" optional=""

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

#include word_embeddings counted="__torch__.layers.positions_after(input_ids, $padding)"

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

# The configuration has no say in these numbers.
#include distance_buckets name="buckets" both="yes" count="16" exact="8" log="2.772588722239781"

#include layers given=", mask" typed=", mask: Optional[Tensor]"

#include bert_layer given=", mask" typed=", mask: Optional[Tensor]"

class Attention(Module):
  attn : __torch__.SelfAttention
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    attended = self.attn.forward(hidden, mask)
    sum = torch.add(attended, hidden)
    return self.LayerNorm.forward(sum)

#include attention name="SelfAttention" q="q" k="k" v="v" o="o"

#include intermediate

#include residual name="Output" inputs="$intermediate_size"
#if pooler

#include pooler function="torch.tanh"
#end
#if sequence

class ClassificationHead(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  out_proj : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, first: Tensor) -> Tensor:
    return self.out_proj.forward(torch.tanh(self.dense.forward(first)))
#end
