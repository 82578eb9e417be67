# The convolution that gives each patch of an image its features.

class Projection(Module):
#if biased
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [out, in, height, width]
  bias : Tensor  # [out]
  def forward(self, x: Tensor) -> Tensor:
    return torch._convolution(x, self.weight, self.bias, [$patch_height, $patch_width], [0, 0], [1, 1], False, [0, 0], 1, False, False, True, True)
#else
  __parameters__ = ["weight", ]
  weight : Tensor  # [out, in, height, width]
  def forward(self, x: Tensor) -> Tensor:
    return torch._convolution(x, self.weight, None, [$patch_height, $patch_width], [0, 0], [1, 1], False, [0, 0], 1, False, False, True, True)
#end
