# Embeddings of words and of positions.

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $hidden_size]
  position_embeddings : __torch__.layers.Embedding  # [$positions, $hidden_size]
  LayerNorm : __torch__.layers.LayerNorm  # [$hidden_size]
  def forward(self, input_ids: Tensor) -> Tensor:
    positions = $counted
    embedded = torch.add(self.word_embeddings.forward(input_ids), self.position_embeddings.forward(positions))
    return self.LayerNorm.forward(embedded)
