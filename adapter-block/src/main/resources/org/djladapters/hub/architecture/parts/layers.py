# The list of layers.

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor$typed) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden$given)
    return hidden
