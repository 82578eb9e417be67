# BERT's encoder, with the names and the operators of its export.
# Names after a dollar sign stand for entries of config.json; a line with the number of a layer stands for one of every layer.

class Export(Module):
  model : __torch__.BertModel
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Dict[str, Tensor]:
    return {"last_hidden_state": self.model.forward(input_ids, attention_mask, token_type_ids)}

class BertModel(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
  def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    hidden = self.embeddings.forward(input_ids, token_type_ids)
    tokens = input_ids.size(1)
    kept = attention_mask.unsqueeze(1).unsqueeze(2).expand([-1, 1, tokens, -1]).to(hidden.dtype)
    hidden_from = torch.rsub(kept, 1.)
    mask = hidden_from.masked_fill(hidden_from.to(11), -3.4028234663852886e+38)
    return self.encoder.forward(hidden, mask)

class Embeddings(Module):
  word_embeddings : __torch__.Embedding
  position_embeddings : __torch__.Embedding
  token_type_embeddings : __torch__.Embedding
  LayerNorm : __torch__.LayerNorm
  def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
    positions = torch.arange(input_ids.size(1), device=input_ids.device).unsqueeze(0)
    sum = self.word_embeddings.forward(input_ids) + self.token_type_embeddings.forward(token_type_ids)
    sum = sum + self.position_embeddings.forward(positions)
    return self.LayerNorm.forward(sum)

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
  output : __torch__.Output
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    return self.output.forward(self.self.forward(hidden, mask), hidden)

class SelfAttention(Module):
  query : __torch__.Linear
  key : __torch__.Linear
  value : __torch__.Linear
  def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
    shape = [hidden.size(0), hidden.size(1), $num_attention_heads, -1]
    query = self.query.forward(hidden).view(shape).permute([0, 2, 1, 3])
    key = self.key.forward(hidden).view(shape).permute([0, 2, 1, 3])
    value = self.value.forward(hidden).view(shape).permute([0, 2, 1, 3])
    attended = torch.scaled_dot_product_attention(query, key, value, mask)
    return attended.transpose(1, 2).reshape(hidden.size())

class Intermediate(Module):
  dense : __torch__.Linear
  def forward(self, hidden: Tensor) -> Tensor:
    return torch.gelu(self.dense.forward(hidden))

class Output(Module):
  dense : __torch__.Linear
  LayerNorm : __torch__.LayerNorm
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    return self.LayerNorm.forward(self.dense.forward(hidden) + residual)

class Embedding(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  def forward(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weight, ids)

class LayerNorm(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor
  bias : Tensor
  def forward(self, x: Tensor) -> Tensor:
    return torch.layer_norm(x, [$hidden_size], self.weight, self.bias, $layer_norm_eps)

class Linear(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor
  bias : Tensor
  def forward(self, x: Tensor) -> Tensor:
    return torch.linear(x, self.weight, self.bias)
