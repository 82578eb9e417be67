# ConvNeXt (arXiv 2201.03545) and ConvNeXt V2 (2301.00808). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B images, C features of H x W places, T places of an image in a row.

class Export(Module):
#if image
  model : __torch__.ConvNextWithHead
  def forward(self, pixel_values: Tensor) -> Dict[str, Tensor]:
    return {"logits": self.model.forward(pixel_values)}

class ConvNextWithHead(Module):
  $base : __torch__.ConvNext
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, pixel_values: Tensor) -> Tensor:
    return self.classifier.forward(self.$base.forward(pixel_values)[1])
#else
  model : __torch__.ConvNext
  def forward(self, pixel_values: Tensor) -> Dict[str, Tensor]:
    results = self.model.forward(pixel_values)
    return {"last_hidden_state": results[0], "pooler_output": results[1]}
#end

class ConvNext(Module):
  embeddings : __torch__.Embeddings
  encoder : __torch__.Encoder
  layernorm : __torch__.LastNorm  # [$hidden_size]
  def forward(self, pixel_values: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden states (B, C, H, W), and their normalized mean (B, C)
    hidden = self.encoder.forward(self.embeddings.forward(pixel_values))
    return (hidden, self.layernorm.forward(torch.mean(hidden, [-2, -1])))

class LastNorm(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [size]
  bias : Tensor  # [size]
  def forward(self, x: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(self.weight, 0)], self.weight, self.bias, $last_eps)

class Embeddings(Module):
  patch_embeddings : __torch__.Projection  # [$first_width, $num_channels, $patch_height, $patch_width]
  layernorm : __torch__.layers.LayerNorm  # [$first_width]
  def forward(self, pixel_values: Tensor) -> Tensor:
    patches = self.patch_embeddings.forward(pixel_values.to(self.layernorm.weight.dtype))
    return self.layernorm.forward(patches.permute([0, 2, 3, 1])).permute([0, 3, 1, 2])

#include convolution name="Projection" biased="yes" strides="$patch_height, $patch_width" padding="0" groups="1"

class Encoder(Module):
  stages : __torch__.Stages
  def forward(self, hidden: Tensor) -> Tensor:
    return self.stages.forward(hidden)

class Stages(Module):
  __annotations__["$i"] = __torch__.Stage$i
  def forward(self, hidden: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden)
    return hidden

#include convnext_stage stage="$i" halves="$halves[i]" before="$before[i]" width="$widths[i]" layers="$depths[i]"
#if responds

class ResponseNorm(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor  # [a, b, c, size]
  bias : Tensor  # [a, b, c, size]
  def forward(self, x: Tensor) -> Tensor:
    # each feature (B, T, C) by its length over all places, against the mean length of the features
    lengths = torch.linalg_vector_norm(x, 2, [1], True)
    shares = torch.div(lengths, torch.add(torch.mean(lengths, [-1], True), 1.0e-6))
    scaled = torch.mul(self.weight.flatten(), torch.mul(x, shares))
    return torch.add(torch.add(scaled, self.bias.flatten()), x)
#end
