# The loss of texts that find their own among vectors that do not change, called by OneSidedLoss.java.

class OneSidedLoss(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def loss(self, texts: Tensor, candidates: Tensor, own: Tensor, left: Tensor, before: Tensor, settings: Tensor) -> Tensor:
    # settings: the scale; the weight of staying near; the dimensions at which it is computed, none for all
    numbers = annotate(List[float], settings.tolist())
    if len(numbers) == 2:
      return __torch__.djladapters.onesided.at_dimension(texts, candidates, own, left, before, texts.size(1), numbers)
    total = torch.zeros([], dtype=6, device=texts.device)
    for i in range(2, len(numbers)):
      dimension = int(numbers[i])
      total = total + __torch__.djladapters.onesided.at_dimension(texts, candidates, own, left, before, dimension, numbers)
    return total

def at_dimension(texts: Tensor, candidates: Tensor, own: Tensor, left: Tensor, before: Tensor, dimension: int, settings: List[float]) -> Tensor:
  # the loss of the first dimensions, of length 1
  found = __torch__.djladapters.onesided.normalize(texts.narrow(1, 0, dimension))
  known = __torch__.djladapters.onesided.normalize(candidates.narrow(1, 0, dimension))
  similarities = torch.masked_fill(found.matmul(known.t()) * settings[0], left, -1e30)
  ranked = torch.gather(torch.log_softmax(similarities, 1), 1, torch.unsqueeze(own, 1))
  loss = torch.neg(torch.mean(ranked))
  if settings[1] == 0.0:
    return loss
  start = __torch__.djladapters.onesided.normalize(before.narrow(1, 0, dimension))
  return loss + torch.mean(1 - torch.sum(found * start, [1])) * settings[1]

def normalize(x: Tensor) -> Tensor:
  # rows of length 1
  return x / torch.clamp_min(torch.linalg_vector_norm(x, 2, [1], True), 1e-12)
