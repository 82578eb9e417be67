# DINOv2 (arXiv 2304.07193), also with registers (arXiv 2309.16588). Names after a dollar sign are filled in, see
# ProgramTemplate. Shapes: B images, T patches and other tokens, H features, A heads of attention.

#include image_export family="Dino"

#if image
class DinoWithHead(Module):
  $base : __torch__.DinoModel
  classifier : __torch__.layers.Linear  # [$labels, 2 * $hidden_size]
  def forward(self, pixel_values: Tensor) -> Tensor:
    hidden = self.$base.forward(pixel_values)
    patches = torch.mean(hidden.slice(1, 1 + $registers), [1])
    return self.classifier.forward(torch.cat([torch.select(hidden, 1, 0), patches], 1))

#end
#include image_model family="Dino"

class Embeddings(Module):
#if registered
  __parameters__ = ["cls_token", "register_tokens", "position_embeddings", ]
  cls_token : Tensor  # [1, 1, $hidden_size]
  register_tokens : Tensor  # [1, $registers, $hidden_size]
  position_embeddings : Tensor  # [1, $tokens, $hidden_size]
#else
  __parameters__ = ["cls_token", "position_embeddings", ]
  cls_token : Tensor  # [1, 1, $hidden_size]
  position_embeddings : Tensor  # [1, $tokens, $hidden_size]
#end
  patch_embeddings : __torch__.PatchEmbeddings
  def forward(self, pixel_values: Tensor) -> Tensor:
    patches = self.patch_embeddings.forward(pixel_values.to(self.cls_token.dtype))
    first = self.cls_token.expand([torch.size(pixel_values, 0), -1, -1])
    positions = self.positions(torch.size(pixel_values, 2) // $patch_height, torch.size(pixel_values, 3) // $patch_width)
    hidden = torch.cat([first, patches], 1) + positions
#if registered
    registers = self.register_tokens.expand([torch.size(pixel_values, 0), -1, -1])
    hidden = torch.cat([hidden.slice(1, 0, 1), registers, hidden.slice(1, 1)], 1)
#end
    return hidden

  def positions(self, rows: int, columns: int) -> Tensor:
    # the position embeddings fitted to another number of patches
    embeddings = self.position_embeddings
    if rows == $side and columns == $side:
      return embeddings
    grid = embeddings.slice(1, 1).reshape([1, $side, $side, -1]).permute([0, 3, 1, 2]).to(6)
#if registered
    fitted = torch._upsample_bicubic2d_aa(grid, [rows, columns], False, None)
#else
    fitted = torch.upsample_bicubic2d(grid, [rows, columns], False, None)
#end
    fitted = fitted.flatten(2).transpose(1, 2).to(embeddings.dtype)
    return torch.cat([embeddings.slice(1, 0, 1), fitted], 1)

#include patch_embeddings

#include encoder name="Encoder" given="" typed=""

class Layer(Module):
  norm1 : __torch__.layers.LayerNorm  # [$hidden_size]
  attention : __torch__.Attention
  layer_scale1 : __torch__.LayerScale
  norm2 : __torch__.layers.LayerNorm  # [$hidden_size]
  mlp : __torch__.Feedforward
  layer_scale2 : __torch__.LayerScale
  def forward(self, hidden: Tensor) -> Tensor:
    attended = self.layer_scale1.forward(self.attention.forward(self.norm1.forward(hidden)))
    sum = torch.add(attended, hidden)
    fed = self.layer_scale2.forward(self.mlp.forward(self.norm2.forward(sum)))
    both = torch.add(fed, sum)
    return both

#include image_attention

#include layer_scale

#if gated
class Feedforward(Module):
  weights_in : __torch__.layers.Linear  # [2 * $intermediate_size, $hidden_size]
  weights_out : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    halves = torch.chunk(self.weights_in.forward(hidden), 2, -1)
    return self.weights_out.forward(torch.mul(torch.silu(halves[0]), halves[1]))
#else
class Feedforward(Module):
  fc1 : __torch__.layers.Linear  # [$intermediate_size, $hidden_size]
  fc2 : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.fc2.forward($activation(self.fc1.forward(hidden)))
#end
