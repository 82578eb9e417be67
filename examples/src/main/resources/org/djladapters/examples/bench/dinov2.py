# DINOv2's encoder, with the names and the operators of its export.
# Names after a dollar sign stand for entries of config.json; a line with the number of a layer stands for one of every layer.

class Export(Module):
  model : __torch__.Dinov2Model
  def forward(self, pixel_values: Tensor) -> Dict[str, Tensor]:
    hidden = self.model.forward(pixel_values)
    return {"last_hidden_state": hidden, "pooler_output": torch.select(hidden, 1, 0)}

class Dinov2Model(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
  layernorm : __torch__.LayerNorm
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.layernorm.forward(self.encoder.forward(self.embeddings.forward(pixel_values)))

class Embeddings(Module):
  __parameters__ = ["cls_token", "mask_token", "position_embeddings", ]
  cls_token : Tensor
  mask_token : Tensor
  position_embeddings : Tensor
  patch_embeddings : __torch__.PatchEmbeddings
  def forward(self, pixel_values: Tensor) -> Tensor:
    patches = self.patch_embeddings.forward(pixel_values)
    first = self.cls_token.expand([pixel_values.size(0), -1, -1])
    rows = pixel_values.size(2) // $patch_size
    columns = pixel_values.size(3) // $patch_size
    side = $image_size // $patch_size
    grid = self.position_embeddings.slice(1, 1).reshape([1, side, side, $hidden_size]).permute([0, 3, 1, 2])
    fitted = torch.upsample_bicubic2d(grid, [rows, columns], False, None)
    fitted = fitted.permute([0, 2, 3, 1]).view([1, -1, $hidden_size])
    positions = torch.cat([self.position_embeddings.slice(1, 0, 1), fitted], 1)
    return torch.cat([first, patches], 1) + positions

class PatchEmbeddings(Module):
  projection : __torch__.Conv2d
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.projection.forward(pixel_values).flatten(2).transpose(1, 2)

class Encoder(Module):
  layer : __torch__.Layers
  def forward(self, hidden: Tensor) -> Tensor:
    return self.layer.forward(hidden)

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden)
    return hidden

class Layer(Module):
  norm1 : __torch__.LayerNorm
  attention : __torch__.Attention
  layer_scale1 : __torch__.LayerScale
  norm2 : __torch__.LayerNorm
  mlp : __torch__.Mlp
  layer_scale2 : __torch__.LayerScale
  def forward(self, hidden: Tensor) -> Tensor:
    attended = self.attention.forward(self.norm1.forward(hidden))
    hidden = self.layer_scale1.forward(attended) + hidden
    return self.layer_scale2.forward(self.mlp.forward(self.norm2.forward(hidden))) + hidden

class Attention(Module):
  attention : __torch__.SelfAttention
  output : __torch__.SelfOutput
  def forward(self, hidden: Tensor) -> Tensor:
    return self.output.forward(self.attention.forward(hidden))

class SelfAttention(Module):
  query : __torch__.Linear
  key : __torch__.Linear
  value : __torch__.Linear
  def forward(self, hidden: Tensor) -> Tensor:
    shape = [hidden.size(0), hidden.size(1), $num_attention_heads, -1]
    query = self.query.forward(hidden).view(shape).permute([0, 2, 1, 3]).contiguous()
    key = self.key.forward(hidden).view(shape).permute([0, 2, 1, 3]).contiguous()
    value = self.value.forward(hidden).view(shape).permute([0, 2, 1, 3]).contiguous()
    attended = torch.scaled_dot_product_attention(query, key, value)
    return attended.transpose(1, 2).reshape(hidden.size())

class SelfOutput(Module):
  dense : __torch__.Linear
  def forward(self, hidden: Tensor) -> Tensor:
    return self.dense.forward(hidden)

class LayerScale(Module):
  __parameters__ = ["lambda1", ]
  lambda1 : Tensor
  def forward(self, x: Tensor) -> Tensor:
    return x * self.lambda1

class Mlp(Module):
  fc1 : __torch__.Linear
  fc2 : __torch__.Linear
  def forward(self, hidden: Tensor) -> Tensor:
    return self.fc2.forward(torch.gelu(self.fc1.forward(hidden)))

class Conv2d(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor
  bias : Tensor
  def forward(self, x: Tensor) -> Tensor:
    return torch._convolution(x, self.weight, self.bias, [$patch_size, $patch_size], [0, 0], [1, 1], False, [0, 0], 1, False, False, True, True)

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
