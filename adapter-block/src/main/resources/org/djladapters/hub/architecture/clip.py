# CLIP (arXiv 2103.00020) and SigLIP (2303.15343): a tower for texts and one for images, whose vectors lie in one space.
# Both, or one of them. Names after a dollar sign are filled in, see ProgramTemplate.
# Shapes: B texts or images, T tokens or patches, H features of a tower, P of a vector.

class Export(Module):
  model : __torch__.Towers
#if both
#if sigmoid
  def forward(self, input_ids: Tensor, pixel_values: Tensor) -> Dict[str, Tensor]:
    texts = self.model.text_model.forward(input_ids)
    images = self.model.vision_model.forward(pixel_values)
    text_embeds = __torch__.direction(texts[1])
    image_embeds = __torch__.direction(images[1])
    cosines = torch.matmul(text_embeds, torch.t(image_embeds))
    logits = torch.add(torch.mul(cosines, torch.exp(self.model.logit_scale)), self.model.logit_bias)
#else
  def forward(self, input_ids: Tensor, attention_mask: Tensor, pixel_values: Tensor) -> Dict[str, Tensor]:
    texts = self.model.text_model.forward(input_ids, attention_mask)
    images = self.model.vision_model.forward(pixel_values)
    text_embeds = __torch__.direction(self.model.text_projection.forward(texts[1]))
    image_embeds = __torch__.direction(self.model.visual_projection.forward(images[1]))
    cosines = torch.matmul(text_embeds, torch.t(image_embeds))
    logits = torch.mul(cosines, torch.exp(self.model.logit_scale))
#end
    return {"logits_per_image": torch.t(logits), "logits_per_text": logits, "text_embeds": text_embeds, "image_embeds": image_embeds}
#else
#if text
#if sigmoid
  def forward(self, input_ids: Tensor) -> Dict[str, Tensor]:
    results = self.model.text_model.forward(input_ids)
#else
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
    results = self.model.text_model.forward(input_ids, attention_mask)
#end
#if projection
    return {"last_hidden_state": results[0], "text_embeds": self.model.text_projection.forward(results[1])}
#else
    return {"last_hidden_state": results[0], "pooler_output": results[1]}
#end
#else
  def forward(self, pixel_values: Tensor) -> Dict[str, Tensor]:
#if image
    hidden = self.model.vision_model.forward(pixel_values)[0]
    return {"logits": self.model.classifier.forward(torch.mean(hidden.slice(1, $first), [1]))}
#else
    results = self.model.vision_model.forward(pixel_values)
#if projection
    return {"last_hidden_state": results[0], "pooler_output": results[1], "image_embeds": self.model.visual_projection.forward(results[1])}
#else
#if pooled
    return {"last_hidden_state": results[0], "pooler_output": results[1]}
#else
    return {"last_hidden_state": results[0]}
#end
#end
#end
#end
#end

class Towers(Module):
#if both
#if sigmoid
  __parameters__ = ["logit_scale", "logit_bias", ]
  logit_scale : Tensor  # [1]
  logit_bias : Tensor  # [1]
#else
  __parameters__ = ["logit_scale", ]
  logit_scale : Tensor
#end
#end
#if text
  text_model : __torch__.TextModel
#if projection
  text_projection : __torch__.layers.LinearWithoutBias  # [$projection_dim, $text_hidden_size]
#end
#end
#if vision
  vision_model : __torch__.VisionModel
#if projection
  visual_projection : __torch__.layers.LinearWithoutBias  # [$projection_dim, $vision_hidden_size]
#end
#if image
  classifier : __torch__.layers.Linear  # [$labels, $vision_hidden_size]
#end
#end
#if both

def direction(x: Tensor) -> Tensor:
  # vectors (B, P) of length 1
  return torch.div(x, torch.linalg_vector_norm(x, 2, [-1], True))
#end
#if text

class TextModel(Module):
  embeddings : __torch__.TextEmbeddings
  encoder : __torch__.TextEncoder
  final_layer_norm : __torch__.layers.LayerNorm  # [$text_hidden_size]
#if sigmoid
  head : __torch__.layers.Linear  # [$projection_size, $text_hidden_size]
  def forward(self, input_ids: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden states (B, T, H), and what is made of the last one, which may be padding (B, P)
    hidden = self.final_layer_norm.forward(self.encoder.forward(self.embeddings.forward(input_ids), None))
    return (hidden, self.head.forward(torch.select(hidden, 1, -1)))
#else
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden states (B, T, H), and the one at the end of each text (B, H)
    tokens = torch.size(input_ids, 1)
    before = torch.tril(torch.ones([tokens, tokens], dtype=11, device=input_ids.device))
    seen = torch.logical_and(before, torch.ne(attention_mask, 0).unsqueeze(1)).unsqueeze(1)
    hidden = self.final_layer_norm.forward(self.encoder.forward(self.embeddings.forward(input_ids), seen))
#if highest
    ends = torch.argmax(input_ids.to(3), 1)  # the end of a text is the token with the highest number
#else
    ends = torch.argmax(torch.eq(input_ids, $end).to(3), 1)
#end
    return (hidden, __torch__.decoder.at(hidden, ends))
#end

class TextEmbeddings(Module):
  token_embedding : __torch__.layers.Embedding  # [$vocab_size, $text_hidden_size]
  position_embedding : __torch__.layers.Embedding  # [$positions, $text_hidden_size]
  def forward(self, input_ids: Tensor) -> Tensor:
    positions = torch.arange(torch.size(input_ids, 1), device=input_ids.device)
    return self.token_embedding.forward(input_ids) + self.position_embedding.forward(positions)

#include tower_layers tower="Text" layers="$text_layers" hidden_size="$text_hidden_size" \
#   intermediate_size="$text_intermediate_size" heads="$text_heads" activation="$text_activation"
#end
#if vision

class VisionModel(Module):
  embeddings : __torch__.VisionEmbeddings
#if not sigmoid
  pre_layrnorm : __torch__.layers.LayerNorm  # [$vision_hidden_size]
#end
  encoder : __torch__.VisionEncoder
  post_layernorm : __torch__.layers.LayerNorm  # [$vision_hidden_size]
#if sigmoid
#if pooled
  head : __torch__.PoolingHead
#end
  def forward(self, pixel_values: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden states (B, T, H), and one vector of them (B, H)
    hidden = self.post_layernorm.forward(self.encoder.forward(self.embeddings.forward(pixel_values), None))
#if pooled
    return (hidden, self.head.forward(hidden))
#else
    return (hidden, hidden)
#end
#else
  def forward(self, pixel_values: Tensor) -> Tuple[Tensor, Tensor]:
    # hidden states (B, 1 + T, H), and the first of them, normalized (B, H)
    hidden = self.encoder.forward(self.pre_layrnorm.forward(self.embeddings.forward(pixel_values)), None)
    return (hidden, self.post_layernorm.forward(torch.select(hidden, 1, 0)))
#end

class VisionEmbeddings(Module):
#if not sigmoid
  __parameters__ = ["class_embedding", ]
  class_embedding : Tensor  # [$vision_hidden_size]
#end
  patch_embedding : __torch__.Projection  # [$vision_hidden_size, $num_channels, $patch_height, $patch_width]
  position_embedding : __torch__.layers.Embedding  # [$tokens, $vision_hidden_size]
  def forward(self, pixel_values: Tensor) -> Tensor:
    if torch.ne(torch.size(pixel_values, 2), $image_size) or torch.ne(torch.size(pixel_values, 3), $image_size):
      ops.prim.RaiseException("The model takes images of $image_size x $image_size pixels only")
    pixels = pixel_values.to(self.patch_embedding.weight.dtype)
    hidden = self.patch_embedding.forward(pixels).flatten(2).transpose(1, 2)
#if not sigmoid
    hidden = torch.cat([self.class_embedding.expand([torch.size(pixels, 0), 1, -1]), hidden], 1)
#end
    return hidden + self.position_embedding.forward(torch.arange($tokens, device=pixels.device))

#include convolution name="Projection" biased="$biased" strides="$patch_height, $patch_width" padding="0" groups="1"

#include tower_layers tower="Vision" layers="$vision_layers" hidden_size="$vision_hidden_size" \
#   intermediate_size="$vision_intermediate_size" heads="$vision_heads" activation="$vision_activation"
#if sigmoid
#if pooled

class PoolingHead(Module):
  __parameters__ = ["probe", ]
  probe : Tensor  # [1, 1, $vision_hidden_size]
  attention : __torch__.ProbeAttention
  layernorm : __torch__.layers.LayerNorm  # [$vision_hidden_size]
  mlp : __torch__.VisionMlp
  def forward(self, hidden: Tensor) -> Tensor:
    attended = self.attention.forward(self.probe.expand([torch.size(hidden, 0), -1, -1]), hidden)
    fed = self.mlp.forward(self.layernorm.forward(attended))
    sum = torch.add(fed, attended)
    return torch.select(sum, 1, 0)

class ProbeAttention(Module):
  __parameters__ = ["in_proj_weight", "in_proj_bias", ]
  in_proj_weight : Tensor  # [3 * $vision_hidden_size, $vision_hidden_size]
  in_proj_bias : Tensor  # [3 * $vision_hidden_size]
  out_proj : __torch__.layers.Linear  # [$vision_hidden_size, $vision_hidden_size]
  def forward(self, probe: Tensor, hidden: Tensor) -> Tensor:
    # what the probe (B, 1, H) takes of hidden states (B, T, H)
    weights = torch.chunk(self.in_proj_weight, 3)
    biases = torch.chunk(self.in_proj_bias, 3)
    query = torch.linear(probe, weights[0], biases[0])
    key = torch.linear(hidden, weights[1], biases[1])
    value = torch.linear(hidden, weights[2], biases[2])
    return self.out_proj.forward(__torch__.layers.attention(query, key, value, None, $vision_heads))
#end
#end
#end
