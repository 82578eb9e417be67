# Losses of embeddings and what their backward pass in parts needs, called by EmbeddingLoss.java.

class EmbeddingLoss(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def loss(self, columns: List[Tensor], scores: Tensor, settings: Tensor) -> Tensor:
    return __torch__.djladapters.embedding.loss(columns, scores, annotate(List[float], settings.tolist()))

  def gradients(self, columns: List[Tensor], scores: Tensor, settings: Tensor) -> List[Tensor]:
    # the loss, then its gradients with respect to every column
    leaves = annotate(List[Tensor], [])
    for i in range(len(columns)):
      leaves.append(columns[i].detach().requires_grad_(True))
    loss = __torch__.djladapters.embedding.loss(leaves, scores, annotate(List[float], settings.tolist()))
    found = torch.autograd.grad([loss], leaves, None, None, False, True)
    results = annotate(List[Tensor], [loss.detach()])
    for i in range(len(leaves)):
      gradient = found[i]
      if gradient is None:
        results.append(torch.zeros_like(leaves[i].detach()))
      else:
        results.append(unchecked_cast(Tensor, gradient))
    return results

  def weighted(self, embeddings: Tensor, gradients: Tensor, start: Tensor) -> Tensor:
    # a number whose gradients with respect to embeddings (m, d) are some of the rows of an array
    rows = gradients.narrow(0, int(start), embeddings.size(0))
    return torch.sum(embeddings * rows)

def loss(columns: List[Tensor], scores: Tensor, settings: List[float]) -> Tensor:
  # columns: embeddings (B, d) of the first texts, of the second texts, of the negatives column by column
  # scores: (B), empty where the loss needs none
  # settings: the loss; scale; margin; whether symmetric; the dimensions at which it is computed, none for all
  if len(settings) == 4:
    return __torch__.djladapters.embedding.at_dimension(columns, columns[0].size(1), scores, settings)
  total = torch.zeros([], dtype=6, device=columns[0].device)
  for i in range(4, len(settings)):
    total = total + __torch__.djladapters.embedding.at_dimension(columns, int(settings[i]), scores, settings)
  return total

def at_dimension(columns: List[Tensor], dimension: int, scores: Tensor, settings: List[float]) -> Tensor:
  # the loss of the first dimensions, of length 1
  kind, scale, margin, symmetric = settings[0], settings[1], settings[2], settings[3]
  short = annotate(List[Tensor], [])
  for i in range(len(columns)):
    short.append(__torch__.djladapters.embedding.normalize(columns[i].narrow(1, 0, dimension)))
  if kind == 0.0:
    return __torch__.djladapters.embedding.ranking(short, scale, symmetric == 1.0)
  if kind == 3.0:
    return __torch__.djladapters.embedding.triplet(short, margin)
  cosine = torch.sum(short[0] * short[1], [1])
  if kind == 1.0:
    return __torch__.djladapters.embedding.cosent(cosine * scale, scores)
  return torch.mean(torch.square(cosine - scores))

def normalize(x: Tensor) -> Tensor:
  # rows of length 1
  return x / torch.clamp_min(torch.linalg_vector_norm(x, 2, [1], True), 1e-12)

def ranking(columns: List[Tensor], scale: float, symmetric: bool) -> Tensor:
  # -log softmax of the own second text of each first text, among the second texts and negatives of the whole batch
  similarities = columns[0].matmul(torch.cat(columns[1:]).t()) * scale
  forward = torch.neg(torch.mean(torch.diagonal(torch.log_softmax(similarities, 1))))
  if not symmetric:
    return forward
  back = torch.log_softmax(similarities.narrow(1, 0, columns[0].size(0)), 0)
  return (forward - torch.mean(torch.diagonal(back))) * 0.5

def cosent(scaled: Tensor, scores: Tensor) -> Tensor:
  # log(1 + the sum of exp(s_i - s_j) over all pairs with a smaller score of i than of j)
  differences = torch.unsqueeze(scaled, 1) - torch.unsqueeze(scaled, 0)
  wrong = torch.unsqueeze(scores, 1) < torch.unsqueeze(scores, 0)
  kept = torch.masked_fill(differences, torch.logical_not(wrong), -1e30)
  zero = torch.zeros([1], dtype=6, device=scaled.device)
  return torch.logsumexp(torch.cat([zero, kept.reshape([-1])]), [0])

def triplet(columns: List[Tensor], margin: float) -> Tensor:
  # the mean of max(0, cos(first, negative) - cos(first, second) + margin)
  near = torch.sum(columns[0] * columns[1], [1])
  far = annotate(List[Tensor], [])
  for i in range(2, len(columns)):
    far.append(torch.sum(columns[0] * columns[i], [1]))
  return torch.mean(torch.relu(torch.stack(far) - near + margin))
