# Embeddings in int8 of exported models (see QuantizedArchive.java), which run without the library.

def embedding(rows: Tensor, scales: Tensor, ids: Tensor) -> Tensor:
  # the rows of ids (...) from rows (V, H) in int8 with scales (V, 1): (..., H)
  return torch.mul(torch.to(torch.embedding(rows, ids), 6), torch.embedding(scales, ids))
