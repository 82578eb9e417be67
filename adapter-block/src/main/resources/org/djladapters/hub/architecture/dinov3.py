# DINOv3 (arXiv 2508.10104) with the layers of ViT. Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B images, T patches, S patches and other tokens, H features, A heads of attention with D features.

class Export(Module):
  model : __torch__.DinoModel
  def forward(self, pixel_values: Tensor) -> Dict[str, Tensor]:
    return {"last_hidden_state": self.model.forward(pixel_values)}

class DinoModel(Module):
  embeddings : __torch__.Embeddings
  layer : __torch__.Layers
  norm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, pixel_values: Tensor) -> Tensor:
    hidden = self.embeddings.forward(pixel_values)
    cos, sin = __torch__.turns(torch.size(pixel_values, 2) // $patch_height, torch.size(pixel_values, 3) // $patch_width, hidden)
    return self.norm.forward(self.layer.forward(hidden, cos, sin))

class Embeddings(Module):
#if registered
  __parameters__ = ["cls_token", "register_tokens", ]
  cls_token : Tensor  # [1, 1, $hidden_size]
  register_tokens : Tensor  # [1, $registers, $hidden_size]
#else
  __parameters__ = ["cls_token", ]
  cls_token : Tensor  # [1, 1, $hidden_size]
#end
  patch_embeddings : __torch__.Projection  # [$hidden_size, $num_channels, $patch_height, $patch_width]
  def forward(self, pixel_values: Tensor) -> Tensor:
    patches = self.patch_embeddings.forward(pixel_values.to(self.cls_token.dtype)).flatten(2).transpose(1, 2)
    first = self.cls_token.expand([torch.size(pixel_values, 0), -1, -1])
#if registered
    registers = self.register_tokens.expand([torch.size(pixel_values, 0), -1, -1])
    return torch.cat([first, registers, patches], 1)
#else
    return torch.cat([first, patches], 1)
#end

#include convolution name="Projection" biased="yes" strides="$patch_height, $patch_width" padding="0" groups="1"

def turns(rows: int, columns: int, like: Tensor) -> Tuple[Tensor, Tensor]:
  # cosines and sines (T, D) of the angles by which pairs of features turn, for the height of a patch and then for its place
  # in a row, both from -1 to 1; sines have the sign of the first of a pair
  y = torch.div(torch.add(torch.arange(rows, dtype=6, device=like.device), 0.5), rows)
  x = torch.div(torch.add(torch.arange(columns, dtype=6, device=like.device), 0.5), columns)
  places = torch.stack([y.unsqueeze(1).expand([rows, columns]), x.unsqueeze(0).expand([rows, columns])], 2).flatten(0, 1)
  places = torch.sub(torch.mul(places, 2.), 1.)
  powers = torch.div(torch.arange(0, $head_size, 4, dtype=6, device=like.device), $head_size)
  steps = torch.reciprocal(torch.pow($theta, powers))
  angles = torch.mul(torch.mul(places, 2 * 3.141592653589793).unsqueeze(2), steps).flatten(1)
  cos, sin = torch.cos(angles), torch.sin(angles)
  return (torch.cat([cos, cos], 1).to(like.dtype), torch.cat([torch.neg(sin), sin], 1).to(like.dtype))

def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  # features d and d + D / 2 of patches (B, A, S, D) turned as a pair; the tokens before stay
  first, patches = torch.split_with_sizes(x, [1 + $registers, torch.size(x, 2) - (1 + $registers)], 2)
  patches = torch.add(torch.mul(patches, cos), torch.mul(torch.roll(patches, [$head_size // 2], [3]), sin))
  return torch.cat([first, patches], 2)

#include layers given=", cos, sin" typed=", cos: Tensor, sin: Tensor"

class Layer(Module):
  norm1 : __torch__.layers.LayerNorm  # [$hidden_size]
  attention : __torch__.Attention
  layer_scale1 : __torch__.LayerScale
  norm2 : __torch__.layers.LayerNorm  # [$hidden_size]
  mlp : __torch__.Mlp
  layer_scale2 : __torch__.LayerScale
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    attended = self.layer_scale1.forward(self.attention.forward(self.norm1.forward(hidden), cos, sin))
    sum = torch.add(attended, hidden)
    fed = self.layer_scale2.forward(self.mlp.forward(self.norm2.forward(sum)))
    both = torch.add(fed, sum)
    return both

class Attention(Module):
  q_proj : __torch__.layers.$query  # [$hidden_size, $hidden_size]
  k_proj : __torch__.layers.$key  # [$hidden_size, $hidden_size]
  v_proj : __torch__.layers.$value  # [$hidden_size, $hidden_size]
  o_proj : __torch__.layers.$output  # [$hidden_size, $hidden_size]
  def forward(self, hidden: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    shape = [torch.size(hidden, 0), torch.size(hidden, 1), $heads, -1]
    query = self.q_proj.forward(hidden).view(shape).transpose(1, 2)  # [B, A, S, D]
    key = self.k_proj.forward(hidden).view(shape).transpose(1, 2)
    value = self.v_proj.forward(hidden).view(shape).transpose(1, 2)
    attended = __torch__.attention.attend(__torch__.turned(query, cos, sin), __torch__.turned(key, cos, sin), value, None, 0., False, None)
    return self.o_proj.forward(attended.transpose(1, 2).reshape(torch.size(hidden)))

#include layer_scale

#if gated
#include gated_mlp
#else
class Mlp(Module):
  up_proj : __torch__.layers.$mlp  # [$intermediate_size, $hidden_size]
  down_proj : __torch__.layers.$mlp  # [$hidden_size, $intermediate_size]
  def forward(self, hidden: Tensor) -> Tensor:
    return self.down_proj.forward($activation(self.up_proj.forward(hidden)))
#end
