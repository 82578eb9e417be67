# Layers of a decoder. Each takes its own of several masks, and of several cosines and sines.

class Layers(Module):
  __annotations__["$i"] = __torch__.Layer
  def forward(self, hidden: Tensor, cosines: List[Tensor], sines: List[Tensor], masks: List[Optional[Tensor]], cache: Optional[Tensor], all: int) -> Tensor:
    kinds = [$kinds]
    turns = [$turns]
    hidden = getattr(self, "$i").forward(hidden, cosines[turns[$i]], sines[turns[$i]], masks[kinds[$i]], __torch__.decoder.layer(cache, $i), all)
    return hidden
