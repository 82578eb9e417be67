# LLaMA's decoder without its head, with the names and the operators of its export.
# Names after a dollar sign stand for entries of config.json; a line with the number of a layer stands for one of every layer.

class Export(Module):
  model : __torch__.Decoder
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
    return {"last_hidden_state": self.model.forward(input_ids, attention_mask)}

class Decoder(Module):
  model : __torch__.LlamaModel
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    return self.model.forward(input_ids, attention_mask)

class LlamaModel(Module):
  embed_tokens : __torch__.Embedding
  layers : __torch__.Layers
  norm : __torch__.RmsNorm
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    hidden = self.embed_tokens.forward(input_ids)
    tokens = input_ids.size(1)
    positions = torch.arange(tokens, device=input_ids.device)
    later = positions.unsqueeze(0).gt(positions.unsqueeze(1))
    unseen = later.unsqueeze(0).logical_or(attention_mask.eq(0).unsqueeze(1)).unsqueeze(1)
    mask = torch.zeros(unseen.size(), dtype=hidden.dtype, device=hidden.device)
    mask = mask.masked_fill(unseen, -3.4028234663852886e+38)
    exponents = torch.arange(0, $head_dim, 2, dtype=hidden.dtype, device=hidden.device) / $head_dim
    angles = positions.unsqueeze(1) * torch.pow($rope_theta, -exponents)
    angles = torch.cat([angles, angles], -1)
    return self.norm.forward(self.layers.forward(hidden, mask, torch.cos(angles), torch.sin(angles)))

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden, mask, cos, sin)
    return hidden

class Layer(Module):
  self_attn : __torch__.Attention
  mlp : __torch__.Mlp
  input_layernorm : __torch__.RmsNorm
  post_attention_layernorm : __torch__.RmsNorm
  def forward(self, hidden: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    hidden = hidden + self.self_attn.forward(self.input_layernorm.forward(hidden), mask, cos, sin)
    return hidden + self.mlp.forward(self.post_attention_layernorm.forward(hidden))

class Attention(Module):
  q_proj : __torch__.Linear
  k_proj : __torch__.Linear
  v_proj : __torch__.Linear
  o_proj : __torch__.Linear
  def forward(self, hidden: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    shape = [hidden.size(0), hidden.size(1), -1, $head_dim]
    query = self.turned(self.q_proj.forward(hidden).view(shape).transpose(1, 2), cos, sin)
    key = self.turned(self.k_proj.forward(hidden).view(shape).transpose(1, 2), cos, sin)
    value = self.v_proj.forward(hidden).view(shape).transpose(1, 2)
    attended = torch.scaled_dot_product_attention(query, self.repeated(key), self.repeated(value), mask)
    return self.o_proj.forward(attended.transpose(1, 2).reshape([hidden.size(0), hidden.size(1), -1]))

  def turned(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = $head_dim // 2
    turned = torch.cat([torch.neg(x.slice(3, half)), x.slice(3, 0, half)], -1)
    return x * cos + turned * sin

  def repeated(self, x: Tensor) -> Tensor:
    groups = $num_attention_heads // $num_key_value_heads
    repeated = x.unsqueeze(2).expand([-1, -1, groups, -1, -1])
    return repeated.reshape([x.size(0), $num_attention_heads, x.size(2), $head_dim])

class Mlp(Module):
  gate_proj : __torch__.Linear
  up_proj : __torch__.Linear
  down_proj : __torch__.Linear
  def forward(self, hidden: Tensor) -> Tensor:
    gated = torch.silu(self.gate_proj.forward(hidden)) * self.up_proj.forward(hidden)
    return self.down_proj.forward(gated)

class RmsNorm(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  def forward(self, x: Tensor) -> Tensor:
    variance = torch.mean(torch.pow(x, 2), [-1], True)
    return self.weight * (x * torch.rsqrt(variance + $rms_norm_eps))

class Embedding(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  def forward(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weight, ids)

class Linear(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  def forward(self, x: Tensor) -> Tensor:
    return torch.linear(x, self.weight)
