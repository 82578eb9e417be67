# A convolution of images. strides: how far its filters move, as two numbers; padding: zeros around the images; groups: how
# many parts of the features are filtered apart.

class $name(Module):
#if biased
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [out, in, height, width]
  bias : Tensor  # [out]
  def forward(self, x: Tensor) -> Tensor:
    return torch._convolution(x, self.weight, self.bias, [$strides], [$padding, $padding], [1, 1], False, [0, 0], $groups, False, False, True, True)
#else
  __parameters__ = ["weight", ]
  weight : Tensor  # [out, in, height, width]
  def forward(self, x: Tensor) -> Tensor:
    return torch._convolution(x, self.weight, None, [$strides], [$padding, $padding], [1, 1], False, [0, 0], $groups, False, False, True, True)
#end
