# Distances from queries to keys, embedded.

# The part of the scores that the distance from a query to a key gives (arXiv 1803.02155), as an additive mask.
class DistanceEmbedding(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [distances, size]
  def forward(self, query: Tensor, key: Tensor, mask: Optional[Tensor]) -> Tensor:
    positions = torch.arange(torch.size(query, 2), device=query.device)
    distances = torch.sub(positions.unsqueeze(1), positions.unsqueeze(0))
    embedded = torch.embedding(self.weight, torch.add(distances, $positions - 1))  # [T, T, H / A]
    scores = torch.einsum("bald,lrd->balr", [query, embedded])
#if relative_key_query
    scores = torch.add(scores, torch.einsum("bard,lrd->balr", [key, embedded]))
#end
    scaled = torch.mul(scores, torch.pow($head_size, -0.5))
    if mask is None:
      return scaled
    return torch.add(scaled, mask)
