# Images as patches, each a token.

class PatchEmbeddings(Module):
  projection : __torch__.Projection  # [$hidden_size, $num_channels, $patch_height, $patch_width]
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.projection.forward(pixel_values).flatten(2).transpose(1, 2)

#include convolution name="Projection" biased="yes" strides="$patch_height, $patch_width" padding="0" groups="1"
