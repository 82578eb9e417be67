# Images as patches, each a token.

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
