# Turns of pairs of outputs, called by PairKernel.java.

class PairKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def factors(self, angles: List[Tensor], scales: List[Tensor], options: Tensor) -> List[Tensor]:
    # scale times cosine (out) of every layer, then scale times sine (groups, 2, h) of every layer; options: how many
    # angles a pair has (1, 2 or 4) and h
    entries, h = int(options[0]), int(options[1])
    near_factors = annotate(List[Tensor], [])
    far_factors = annotate(List[Tensor], [])
    for i in range(len(angles)):
      cosine, sine = __torch__.djladapters.pairs.halves(angles[i], entries, h)
      near, far = __torch__.djladapters.pairs.halves(scales[i], entries, h)
      near_factors.append((near * torch.cos(cosine)).reshape([-1]))
      far_factors.append(far * torch.sin(sine))
    return near_factors + far_factors

def halves(values: Tensor, entries: int, h: int) -> Tuple[Tensor, Tensor]:
  # the values (groups, 2, h) that belong to the cosines, and those of the sines
  if entries == 4:
    both = values.reshape([-1, 2, 2, h])
    return (both.select(1, 0), both.select(1, 1))
  own = values.reshape([-1, entries, h]).expand([-1, 2, h])
  return (own, own)
