# ViT (arXiv 2010.11929). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B images, T patches and one more token, H features, A heads of attention.

class Export(Module):
#if image
  model : __torch__.VitWithHead
#else
  model : __torch__.VitModel
#end
  def forward(self, pixel_values: Tensor) -> Dict[str, Tensor]:
#if image
    return {"logits": self.model.forward(pixel_values)}
#else
    return {"last_hidden_state": self.model.forward(pixel_values)}
#if pooler
  def forward_pooled(self, pixel_values: Tensor) -> Dict[str, Tensor]:
    # for heads that take what the pooler gives
    hidden = self.model.forward(pixel_values)
    return {"last_hidden_state": hidden, "pooler_output": self.model.pooler.forward(hidden)}
#end
#end

#if image
class VitWithHead(Module):
  vit : __torch__.VitModel
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, pixel_values: Tensor) -> Tensor:
    hidden = self.vit.forward(pixel_values)
    return self.classifier.forward(torch.select(hidden, 1, 0))

#end
class VitModel(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
  layernorm : __torch__.layers.LayerNorm  # [$hidden_size]
#if pooler
  pooler : __torch__.Pooler
#end
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.layernorm.forward(self.encoder.forward(self.embeddings.forward(pixel_values)))

class Embeddings(Module):
  __parameters__ = ["cls_token", "position_embeddings", ]
  cls_token : Tensor  # [1, 1, $hidden_size]
  position_embeddings : Tensor  # [1, $tokens, $hidden_size]
  patch_embeddings : __torch__.PatchEmbeddings
  def forward(self, pixel_values: Tensor) -> Tensor:
    if torch.ne(torch.size(pixel_values, 2), $image_height) or torch.ne(torch.size(pixel_values, 3), $image_width):
      ops.prim.RaiseException("The model takes images of $image_height x $image_width pixels only")
    patches = self.patch_embeddings.forward(pixel_values.to(self.cls_token.dtype))
    first = self.cls_token.expand([torch.size(pixel_values, 0), -1, -1])
    return torch.cat([first, patches], 1) + self.position_embeddings

class PatchEmbeddings(Module):
  projection : __torch__.Projection  # [$hidden_size, $num_channels, $patch_height, $patch_width]
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.projection.forward(pixel_values).flatten(2).transpose(1, 2)

class Projection(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [out, in, height, width]
  bias : Tensor  # [out]
  def forward(self, x: Tensor) -> Tensor:
    return torch._convolution(x, self.weight, self.bias, [$patch_height, $patch_width], [0, 0], [1, 1], False, [0, 0], 1, False, False, True, True)

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
  layernorm_before : __torch__.layers.LayerNorm  # [$hidden_size]
  attention : __torch__.Attention
  layernorm_after : __torch__.layers.LayerNorm  # [$hidden_size]
  intermediate : __torch__.Intermediate
  output : __torch__.Output
  def forward(self, hidden: Tensor) -> Tensor:
    attended = self.attention.forward(self.layernorm_before.forward(hidden))
    sum = torch.add(attended, hidden)
    wide = self.intermediate.forward(self.layernorm_after.forward(sum))
    return self.output.forward(wide, sum)

class Attention(Module):
  attention : __torch__.SelfAttention
  output : __torch__.AttentionOutput
  def forward(self, hidden: Tensor) -> Tensor:
    return self.output.forward(self.attention.forward(hidden))

class SelfAttention(Module):
  query : __torch__.layers.$qkv  # [$hidden_size, $hidden_size]
  key : __torch__.layers.$qkv  # [$hidden_size, $hidden_size]
  value : __torch__.layers.$qkv  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    query = self.query.forward(hidden)
    key = self.key.forward(hidden)
    value = self.value.forward(hidden)
    return __torch__.layers.attention(query, key, value, None, $heads)

class AttentionOutput(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.dense.forward(hidden)

class Intermediate(Module):
  dense : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return $activation(self.dense.forward(hidden))

class Output(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
    sum = torch.add(dense, residual)
    return sum
#if pooler

class Pooler(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return torch.tanh(self.dense.forward(torch.select(hidden, 1, 0)))
#end
