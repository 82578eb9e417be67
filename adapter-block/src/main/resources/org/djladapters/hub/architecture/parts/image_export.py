# The root of an encoder of images.

class Export(Module):
#if image
  model : __torch__.${family}WithHead
#else
  model : __torch__.${family}Model
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
