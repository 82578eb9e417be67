# An encoder of images without a head.

class ${family}Model(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
  layernorm : __torch__.layers.LayerNorm  # [$hidden_size]
#if pooler
  pooler : __torch__.Pooler
#end
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.layernorm.forward(self.encoder.forward(self.embeddings.forward(pixel_values)))
