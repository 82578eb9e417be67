# Encoders with rotary positions, norms behind the sums and gated feedforwards: Nomic BERT (arXiv 2402.01613) and GTE
# (2407.19669), with the names that each has in its checkpoints. Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts, T tokens, H features, A heads of attention with D features.

#include text_export family="RotaryBert" given=", token_type_ids" typed=", token_type_ids: Optional[Tensor]" \
#   optional=", token_type_ids: Optional[Tensor]=None"

#if head
class RotaryBertWithHead(Module):
  $base : __torch__.RotaryBertModel
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.$base.forward(input_ids, attention_mask, token_type_ids)
#if sequence
    hidden = self.$base.pooler.forward(hidden)
#end
    return self.classifier.forward(hidden)

#end
class RotaryBertModel(Module):
  embeddings : __torch__.Embeddings
#if nomic
  emb_ln : __torch__.layers.LayerNorm  # [$hidden_size]
#end
  encoder : __torch__.Encoder
#if pooler
  pooler : __torch__.Pooler
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids, token_type_ids)
#if nomic
    hidden = self.emb_ln.forward(hidden)
#end
    return self.encoder.forward(hidden, __torch__.attention.bias(attention_mask, hidden))

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
#if typed
  token_type_embeddings : __torch__.layers.Embedding  # [$types, $hidden_size]
#end
#if not nomic
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
#end
  def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
    embedded = self.word_embeddings.forward(input_ids)
#if typed
    embedded = torch.add(embedded, self.token_type_embeddings.forward(token_type_ids))
#end
#if not nomic
    embedded = self.LayerNorm.forward(embedded)
#end
    return embedded

class Encoder(Module):
  $list : __torch__.Layers
  def forward(self, hidden: Tensor, mask: Optional[Tensor]) -> Tensor:
    positions = torch.arange(torch.size(hidden, 1), device=hidden.device).unsqueeze(0)
    cos, sin = __torch__.angles(positions, __torch__.frequencies(positions), hidden.dtype)
    return self.$list.forward(hidden, cos, sin, mask)

#include rope

#include layers given=", cos, sin, mask" typed=", cos: Tensor, sin: Tensor, mask: Optional[Tensor]"

class Layer(Module):
  $attention : __torch__.Attention
  $attention_norm : __torch__.layers.LayerNorm  # [$hidden_size]
  mlp : __torch__.Mlp
  $mlp_norm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor]) -> Tensor:
    sum = torch.add(hidden, self.$attention.forward(hidden, cos, sin, mask))
    middle = self.$attention_norm.forward(sum)
    sum = torch.add(middle, self.mlp.forward(middle))
    return self.$mlp_norm.forward(sum)

class Attention(Module):
  $joint : __torch__.layers.$attention_linear  # [3 * $hidden_size, $hidden_size]
  $out : __torch__.layers.$attention_linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Optional[Tensor]) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), 3, $heads, -1]
    parts = self.$joint.forward(hidden).view(shape).permute([2, 0, 3, 1, 4])  # [3, B, A, T, D]
    query = __torch__.turned(torch.select(parts, 0, 0), cos, sin)
    key = __torch__.turned(torch.select(parts, 0, 1), cos, sin)
    attended = __torch__.attention.attend(query, key, torch.select(parts, 0, 2), mask, 0., False, None)
    return self.$out.forward(attended.transpose(1, 2).reshape(torch.size(hidden)))

class Mlp(Module):
#if nomic
  fc11 : __torch__.layers.LinearWithoutBias  # [$intermediate_size, $hidden_size]
  fc12 : __torch__.layers.LinearWithoutBias  # [$intermediate_size, $hidden_size]
  fc2 : __torch__.layers.LinearWithoutBias  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    up, gate = self.fc11.forward(hidden), self.fc12.forward(hidden)
    return self.fc2.forward(torch.mul($activation(gate), up))
#else
  up_gate_proj : __torch__.layers.LinearWithoutBias  # [2 * $intermediate_size, $hidden_size]
  down_proj : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    up, gate = torch.chunk(self.up_gate_proj.forward(hidden), 2, -1)
    return self.down_proj.forward(torch.mul($activation(gate), up))
#end
#if pooler

#include pooler function="torch.tanh"
#end
