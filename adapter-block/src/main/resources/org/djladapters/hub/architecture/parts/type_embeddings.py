# Embeddings of words, of token types and, if they are not relative, of positions.

class Embeddings(Module):
  word_embeddings : __torch__.layers.Embedding  # [$vocab_size, $embedding_size]
#if not relative
  position_embeddings : __torch__.layers.Embedding  # [$positions, $embedding_size]
#end
  token_type_embeddings : __torch__.layers.Embedding  # [$types, $embedding_size]
#if tasks
  task_type_embeddings : __torch__.layers.Embedding  # [$task_types, $embedding_size]
#end
  LayerNorm : __torch__.layers.LayerNorm  # [$embedding_size]
#if dropout
  dropout : __torch__.layers.Dropout
#end
  def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
    embedded = torch.add(self.word_embeddings.forward(input_ids), self.token_type_embeddings.forward(token_type_ids))
#if tasks
    embedded = torch.add(embedded, self.task_type_embeddings.forward(torch.zeros_like(input_ids)))
#end
#if not relative
#if positions_after_padding
    positions = __torch__.layers.positions_after(input_ids, $padding)
#else
    positions = torch.arange(torch.size(input_ids, 1), device=input_ids.device).unsqueeze(0)
#end
    embedded = torch.add(embedded, self.position_embeddings.forward(positions))
#end
    embedded = self.LayerNorm.forward(embedded)
#if dropout
    embedded = self.dropout.forward(embedded, $hidden_dropout)
#end
    return embedded
