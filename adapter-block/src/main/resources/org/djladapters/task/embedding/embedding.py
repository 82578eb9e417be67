# Losses of embeddings and what their backward pass in parts needs, called by EmbeddingLoss.java and OneSidedLoss.java.

class EmbeddingLoss(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def loss(self, columns: List[Tensor], labels: List[Tensor], weights: Tensor, settings: Tensor) -> Tensor:
    return __torch__.djladapters.embedding.loss(columns, labels, weights, annotate(List[float], settings.tolist()))

  def gradients(self, columns: List[Tensor], labels: List[Tensor], weights: Tensor, settings: Tensor) -> List[Tensor]:
    # the loss, then its gradients with respect to every column
    leaves = annotate(List[Tensor], [])
    for i in range(len(columns)):
      leaves.append(columns[i].detach().requires_grad_(True))
    loss = __torch__.djladapters.embedding.loss(leaves, labels, weights, annotate(List[float], settings.tolist()))
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

  def one_sided(self, texts: Tensor, candidates: Tensor, own: Tensor, left: Tensor, before: Tensor, weights: Tensor, settings: Tensor) -> Tensor:
    # settings: the scale; the weight of staying near; the dimensions at which it is computed, none for all
    numbers = annotate(List[float], settings.tolist())
    relative = __torch__.djladapters.embedding.relative(weights)
    if len(numbers) == 2:
      return __torch__.djladapters.embedding.one_sided(texts, candidates, own, left, before, relative, texts.size(1), numbers)
    total = torch.zeros([], dtype=6, device=texts.device)
    for i in range(2, len(numbers)):
      total = total + __torch__.djladapters.embedding.one_sided(texts, candidates, own, left, before, relative, int(numbers[i]), numbers)
    return total

def loss(columns: List[Tensor], labels: List[Tensor], weights: Tensor, settings: List[float]) -> Tensor:
  # columns: embeddings (B, d) of the first texts, of the second texts, of the negatives column by column
  # labels: scores (B), scores of all columns but the first (B, n + 1), margins (B, n), or a teacher's vectors column by column
  # weights: (B), or none
  # settings: the loss; scale; margin; whether symmetric; the dimensions at which it is computed, none for all
  relative = __torch__.djladapters.embedding.relative(weights)
  if settings[0] == 7.0:
    return __torch__.djladapters.embedding.margins(columns, labels[0], relative)
  if settings[0] == 9.0:
    return __torch__.djladapters.embedding.vectors(columns, labels, relative)
  if len(settings) == 4:
    return __torch__.djladapters.embedding.at_dimension(columns, columns[0].size(1), labels, relative, settings)
  total = torch.zeros([], dtype=6, device=columns[0].device)
  for i in range(4, len(settings)):
    total = total + __torch__.djladapters.embedding.at_dimension(columns, int(settings[i]), labels, relative, settings)
  return total

def relative(weights: Tensor) -> Tensor:
  # weights whose mean is 1; none stay none
  if torch.numel(weights) == 0:
    return weights
  return weights / torch.mean(weights)

def mean(values: Tensor, weights: Tensor) -> Tensor:
  # the mean of values (n B), column after column, or (B, n), in which each of the B rows has its weight; or of all alike
  if torch.numel(weights) == 0:
    return torch.mean(values)
  if values.dim() == 2:
    return torch.mean(values * torch.unsqueeze(weights, 1))
  return torch.mean(values * weights.repeat([values.size(0) // weights.size(0)]))

def at_dimension(columns: List[Tensor], dimension: int, labels: List[Tensor], weights: Tensor, settings: List[float]) -> Tensor:
  # the loss of the first dimensions, of length 1
  kind, scale, margin, symmetric = settings[0], settings[1], settings[2], settings[3]
  short = annotate(List[Tensor], [])
  for i in range(len(columns)):
    short.append(__torch__.djladapters.embedding.normalize(columns[i].narrow(1, 0, dimension)))
  if kind == 0.0:
    return __torch__.djladapters.embedding.ranking(short, weights, scale, symmetric == 1.0)
  if kind == 3.0:
    return __torch__.djladapters.embedding.triplet(short, weights, margin)
  if kind == 8.0:
    return __torch__.djladapters.embedding.guided(short, labels, weights, scale, margin)
  pairs = annotate(List[Tensor], [])
  for i in range(1, len(short)):
    if kind == 4.0:
      pairs.append(__torch__.djladapters.embedding.angle(short[0], short[i]))
    else:
      pairs.append(torch.sum(short[0] * short[i], [1]))
  found = torch.cat(pairs)
  scores = labels[0].reshape([columns[0].size(0), -1]).t().reshape([-1])
  if kind == 2.0:
    return __torch__.djladapters.embedding.mean(torch.square(found - scores), weights)
  if kind == 5.0:
    near = scores * torch.square(1 - found)
    far = (1 - scores) * torch.square(torch.relu(found + (margin - 1)))
    return __torch__.djladapters.embedding.mean(near + far, weights) * 0.5
  if kind == 6.0:
    return __torch__.djladapters.embedding.hardest(1 - found, scores, margin)
  return __torch__.djladapters.embedding.cosent(found * scale, scores)

def normalize(x: Tensor) -> Tensor:
  # rows of length 1
  return x / torch.clamp_min(torch.linalg_vector_norm(x, 2, [1], True), 1e-12)

def ranking(columns: List[Tensor], weights: Tensor, scale: float, symmetric: bool) -> Tensor:
  # -log softmax of the own second text of each first text, among the second texts and negatives of the whole batch
  similarities = columns[0].matmul(torch.cat(columns[1:]).t()) * scale
  found = torch.diagonal(torch.log_softmax(similarities, 1))
  forward = torch.neg(__torch__.djladapters.embedding.mean(found, weights))
  if not symmetric:
    return forward
  back = torch.log_softmax(similarities.narrow(1, 0, columns[0].size(0)), 0)
  return (forward - __torch__.djladapters.embedding.mean(torch.diagonal(back), weights)) * 0.5

def cosent(scaled: Tensor, scores: Tensor) -> Tensor:
  # log(1 + the sum of exp(s_i - s_j) over all pairs with a smaller score of i than of j)
  differences = torch.unsqueeze(scaled, 1) - torch.unsqueeze(scaled, 0)
  wrong = torch.unsqueeze(scores, 1) < torch.unsqueeze(scores, 0)
  kept = torch.masked_fill(differences, torch.logical_not(wrong), -1e30)
  zero = torch.zeros([1], dtype=6, device=scaled.device)
  return torch.logsumexp(torch.cat([zero, kept.reshape([-1])]), [0])

def triplet(columns: List[Tensor], weights: Tensor, margin: float) -> Tensor:
  # the mean of max(0, cos(first, negative) - cos(first, second) + margin)
  near = torch.sum(columns[0] * columns[1], [1])
  far = annotate(List[Tensor], [])
  for i in range(2, len(columns)):
    far.append(torch.sum(columns[0] * columns[i], [1]))
  lacking = torch.relu(torch.stack(far) - near + margin)
  return __torch__.djladapters.embedding.mean(lacking.reshape([-1]), weights)

def angle(x: Tensor, y: Tensor) -> Tensor:
  # |cos + sin| of rows of length 1; their two halves are the parts of complex numbers
  even = x.size(1) + x.size(1) % 2
  half = even // 2
  x = torch.constant_pad_nd(x, [0, even - x.size(1)])
  y = torch.constant_pad_nd(y, [0, even - y.size(1)])
  sines = x.narrow(1, half, half) * y.narrow(1, 0, half) - x.narrow(1, 0, half) * y.narrow(1, half, half)
  return torch.abs(torch.sum(x * y, [1]) + torch.sum(sines, [1]))

def hardest(distances: Tensor, scores: Tensor, margin: float) -> Tensor:
  # squares of distances of pairs that belong together, farther apart than the nearest others, and of what others,
  # nearer than the farthest of the former, lack to the margin
  together = torch.masked_select(distances, torch.eq(scores, 1))
  apart = torch.masked_select(distances, torch.eq(scores, 0))
  if together.size(0) == 0:
    farthest = torch.mean(apart)
  else:
    farthest = torch.max(together)
  if apart.size(0) == 0:
    nearest = torch.mean(together)
  else:
    nearest = torch.min(apart)
  near = torch.masked_select(apart, apart < farthest)
  far = torch.masked_select(together, together > nearest)
  return torch.sum(torch.square(far)) + torch.sum(torch.square(torch.relu(margin - near)))

def margins(columns: List[Tensor], labels: Tensor, weights: Tensor) -> Tensor:
  # the mean squared difference of labels and q.p - q.n for every negative n
  products = annotate(List[Tensor], [])
  for i in range(1, len(columns)):
    products.append(torch.sum(columns[0] * columns[i], [1]))
  scores = torch.stack(products, 1)
  negatives = len(columns) - 2
  wanted = labels.reshape([labels.size(0), -1])
  if wanted.size(1) > negatives:
    wanted = wanted.narrow(1, 0, 1) - wanted.narrow(1, 1, negatives)
  squares = torch.square(scores.narrow(1, 0, 1) - scores.narrow(1, 1, negatives) - wanted)
  return __torch__.djladapters.embedding.mean(squares, weights)

def vectors(columns: List[Tensor], labels: List[Tensor], weights: Tensor) -> Tensor:
  # the mean squared difference of embeddings and given ones
  differences = annotate(List[Tensor], [])
  for i in range(len(columns)):
    differences.append(__torch__.djladapters.embedding.mean(torch.square(columns[i] - labels[i]), weights))
  return torch.mean(torch.stack(differences))

def guided(columns: List[Tensor], labels: List[Tensor], weights: Tensor, scale: float, margin: float) -> Tensor:
  # -log softmax of the own second text, among all texts of the batch that a guide finds less similar than that one
  guides = annotate(List[Tensor], [])
  for i in range(len(labels)):
    guides.append(__torch__.djladapters.embedding.normalize(labels[i]))
  limit = torch.sum(guides[0] * guides[1], [1], True) - margin
  own = torch.eye(limit.size(0), dtype=11, device=limit.device)
  parts = annotate(List[Tensor], [])
  for i in range(1, len(columns)):
    near = guides[0].matmul(guides[i].t()) > limit
    if i == 1:
      near = torch.logical_and(near, torch.logical_not(own))
    parts.append(torch.masked_fill(columns[0].matmul(columns[i].t()), near, -1e30))
  for i in range(2):
    near = guides[i].matmul(guides[i].t()) > limit
    parts.append(torch.masked_fill(columns[i].matmul(columns[i].t()), near, -1e30))
  found = torch.log_softmax(torch.cat(parts, 1) * scale, 1)
  return torch.neg(__torch__.djladapters.embedding.mean(torch.diagonal(found), weights))

def one_sided(texts: Tensor, candidates: Tensor, own: Tensor, left: Tensor, before: Tensor, weights: Tensor, dimension: int, settings: List[float]) -> Tensor:
  # -log softmax of the own one of candidates that do not change, without those that are left out, and the distance from
  # the vectors before; of the first dimensions, of length 1
  found = __torch__.djladapters.embedding.normalize(texts.narrow(1, 0, dimension))
  known = __torch__.djladapters.embedding.normalize(candidates.narrow(1, 0, dimension))
  similarities = torch.masked_fill(found.matmul(known.t()) * settings[0], left, -1e30)
  ranked = torch.gather(torch.log_softmax(similarities, 1), 1, torch.unsqueeze(own, 1))
  loss = torch.neg(__torch__.djladapters.embedding.mean(ranked, weights))
  if settings[1] == 0.0:
    return loss
  start = __torch__.djladapters.embedding.normalize(before.narrow(1, 0, dimension))
  return loss + __torch__.djladapters.embedding.mean(1 - torch.sum(found * start, [1]), weights) * settings[1]
