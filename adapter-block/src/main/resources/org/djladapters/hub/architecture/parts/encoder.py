# A module of layers and nothing else. given, typed: what goes to each layer beside the hidden states.

class $name(Module):
  layer : __torch__.Layers
  def forward(self, hidden: Tensor$typed) -> Tensor:
    return self.layer.forward(hidden$given)

#include layers given="$given" typed="$typed"
