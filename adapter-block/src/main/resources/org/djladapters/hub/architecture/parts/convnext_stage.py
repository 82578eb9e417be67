# One of the stages of ConvNeXt: layers of one width, after what halves the sides of images.

class Stage$stage(Module):
#if halves
  downsampling_layer : __torch__.Downsampling$stage
#end
  layers : __torch__.Layers$stage
  def forward(self, hidden: Tensor) -> Tensor:
#if halves
    hidden = self.downsampling_layer.forward(hidden)
#end
    return self.layers.forward(hidden)

#if halves
class Downsampling$stage(Module):
  __annotations__["0"] = __torch__.layers.LayerNorm  # [$before]
  __annotations__["1"] = __torch__.Halving$stage  # [$width, $before, 2, 2]
  def forward(self, hidden: Tensor) -> Tensor:
    return getattr(self, "1").forward(getattr(self, "0").forward(hidden.permute([0, 2, 3, 1])).permute([0, 3, 1, 2]))

#include convolution name="Halving$stage" biased="yes" strides="2, 2" padding="0" groups="1"

#end
class Layers$stage(Module):
  __annotations__["$i"] = __torch__.Layer$stage
  def forward(self, hidden: Tensor) -> Tensor:
    hidden = getattr(self, "$i").forward(hidden)
    return hidden

class Layer$stage(Module):
#if scaled
  __parameters__ = ["layer_scale_parameter", ]
  layer_scale_parameter : Tensor  # [$width]
#end
  dwconv : __torch__.Depthwise$stage  # [$width, 1, 7, 7]
  layernorm : __torch__.layers.LayerNorm  # [$width]
  pwconv1 : __torch__.layers.Linear  # [4 * $width, $width]
#if responds
  grn : __torch__.ResponseNorm  # [1, 1, 1, 4 * $width]
#end
  pwconv2 : __torch__.layers.Linear  # [$width, 4 * $width]
  def forward(self, hidden: Tensor) -> Tensor:
    mixed = self.dwconv.forward(hidden).flatten(2).transpose(1, 2)  # [B, T, C]
    wide = $activation(self.pwconv1.forward(self.layernorm.forward(mixed)))
#if responds
    wide = self.grn.forward(wide)
#end
    fed = self.pwconv2.forward(wide)
#if scaled
    fed = torch.mul(fed, self.layer_scale_parameter)
#end
    sum = torch.add(fed.transpose(1, 2).reshape(torch.size(hidden)), hidden)
    return sum

#include convolution name="Depthwise$stage" biased="yes" strides="1, 1" padding="3" groups="$width"
