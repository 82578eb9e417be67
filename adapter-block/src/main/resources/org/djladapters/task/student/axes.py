# The axes on which vectors are largest.

class Axes(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def axes(self, vectors: Tensor) -> Tensor:
    # (n, d) -> (d, d): as columns the eigenvectors of the vectors' second moments, the largest eigenvalue first
    moments = torch.to(torch.mm(torch.t(vectors), vectors), 7)
    values, axes = torch.linalg_eigh(moments)
    return torch.to(torch.flip(axes, [1]), 6)
