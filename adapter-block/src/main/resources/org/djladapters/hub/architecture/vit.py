# ViT (arXiv 2010.11929). Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B images, T patches and one more token, H features, A heads of attention.

#include image_export family="Vit"

#if image
class VitWithHead(Module):
  vit : __torch__.VitModel
  classifier : __torch__.layers.Linear  # [$labels, $hidden_size]
  def forward(self, pixel_values: Tensor) -> Tensor:
    hidden = self.vit.forward(pixel_values)
    return self.classifier.forward(torch.select(hidden, 1, 0))

#end
#include image_model family="Vit"

class Embeddings(Module):
  __parameters__ = ["cls_token", "position_embeddings", ]
  cls_token : Tensor  # [1, 1, $hidden_size]
  position_embeddings : Tensor  # [1, $tokens, $hidden_size]
  patch_embeddings : __torch__.PatchEmbeddings
  def forward(self, pixel_values: Tensor) -> Tensor:
    if torch.ne(torch.size(pixel_values, 2), $image_height) or torch.ne(torch.size(pixel_values, 3), $image_width):
      ops.prim.RaiseException("The model takes images of $image_height x $image_width pixels only")
    patches = self.patch_embeddings.forward(pixel_values.to(self.cls_token.dtype))
    first = self.cls_token.expand([torch.size(pixel_values, 0), -1, -1])
    return torch.cat([first, patches], 1) + self.position_embeddings

#include patch_embeddings

#include encoder name="Encoder" given="" typed=""

class Layer(Module):
  layernorm_before : __torch__.layers.LayerNorm  # [$hidden_size]
  attention : __torch__.Attention
  layernorm_after : __torch__.layers.LayerNorm  # [$hidden_size]
  intermediate : __torch__.Intermediate
  output : __torch__.Output
  def forward(self, hidden: Tensor) -> Tensor:
    attended = self.attention.forward(self.layernorm_before.forward(hidden))
    sum = torch.add(attended, hidden)
    wide = self.intermediate.forward(self.layernorm_after.forward(sum))
    return self.output.forward(wide, sum)

#include image_attention

#include intermediate

class Output(Module):
  dense : __torch__.layers.Linear  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
    dense = self.dense.forward(hidden)
    sum = torch.add(dense, residual)
    return sum
#if pooler

#include pooler function="torch.tanh"
#end
