# T5 (arXiv 1910.10683) and mT5 (2010.11934): the encoder alone, or with the decoder that writes an answer. Names after a
# dollar sign are filled in, see ProgramTemplate. Shapes: B texts, T tokens, H features, A heads of attention.

#if seq2seq_lm
#include t5_decoder layers="$decoder_layers"
#else
#include text_export family="T5" given="" typed="" optional=""
#end

#if head
class T5WithHead(Module):
  transformer : __torch__.T5Model
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return self.classifier.forward(self.transformer.forward(input_ids, attention_mask))

#end
#if not seq2seq_lm
class T5Model(Module):
  shared : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  encoder : __torch__.Encoder
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.shared.forward(input_ids)
    return self.encoder.forward(hidden, __torch__.attention.bias(attention_mask, hidden))

#end
class Encoder(Module):
  block : __torch__.Blocks
  final_layer_norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    return self.final_layer_norm.forward(self.block.forward(hidden, mask))

class Blocks(Module):
  __annotations__["$i"] = __torch__.$block[i]
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    positions = torch.arange(torch.size(hidden, 1), device=hidden.device)
    distances = torch.sub(positions.unsqueeze(0), positions.unsqueeze(1))
    first = getattr(getattr(self, "0").layer, "0").SelfAttention
    scores = first.relative_attention_bias.forward(__torch__.buckets(distances)).permute([2, 0, 1]).unsqueeze(0)  # [1, A, T, T]
    if mask is None:
      bias = scores
    else:
      bias = torch.add(scores, mask)
    hidden = getattr(self, "$i").forward(hidden, bias)
    return hidden

#include distance_buckets name="buckets" both="yes" count="$half" exact="$exact" log="$log"

#include t5_block first="First"

#include t5_block first=""

class Feedforward(Module):
  DenseReluDense : __torch__.Dense
  layer_norm : __torch__.RmsNorm  # [$hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    fed = self.DenseReluDense.forward(self.layer_norm.forward(hidden))
    sum = torch.add(hidden, fed)
    return sum

class Dense(Module):
#if gated
  wi_0 : __torch__.layers.LinearWithoutBias  # [$intermediate_size, $hidden_size]
  wi_1 : __torch__.layers.LinearWithoutBias  # [$intermediate_size, $hidden_size]
#else
  wi : __torch__.layers.LinearWithoutBias  # [$intermediate_size, $hidden_size]
#end
  wo : __torch__.layers.LinearWithoutBias  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
#if gated
    gate = $activation(self.wi_0.forward(hidden))
    return self.wo.forward(torch.mul(gate, self.wi_1.forward(hidden)))
#else
    return self.wo.forward($activation(self.wi.forward(hidden)))
#end

#include rms_norm norms_after=""
