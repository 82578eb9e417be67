# Compound rotations with a determinant for every minor, to compare with, and gradients of any rotations.

class ReferenceKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def forward(self, parameters: List[Tensor], upper: Tensor, subsets: List[Tensor], options: Tensor) -> List[Tensor]:
    # (blocks, b, b) for every layer of parameters (1, blocks, n (n - 1) / 2); upper: where the entries above the
    # diagonal are in a matrix; subsets: for every order k those of size k, (subsets, k); options: n, b
    n = int(options[0])
    b = int(options[1])
    stacked = torch.stack(parameters)
    theta = stacked.reshape([-1, upper.size(0)])
    triangle = torch.zeros([theta.size(0), n * n], dtype=theta.dtype).index_add(1, upper, theta).reshape([-1, n, n])
    skew = triangle - triangle.transpose(1, 2)
    eye = torch.eye(n, dtype=theta.dtype)
    q = torch.linalg_solve(eye + skew, eye - skew)
    rows = annotate(List[Tensor], [])
    at = 0
    for i in range(len(subsets)):
      c = self.compound(q, subsets[i])
      size = c.size(1)
      rows.append(torch.constant_pad_nd(c, [at, b - at - size]))
      at = at + size
    if at < b:
      rows.append(torch.eye(b, dtype=q.dtype)[at:].expand([q.size(0), b - at, b]))
    return torch.unbind(torch.cat(rows, 1).reshape([stacked.size(0), -1, b, b]), 0)

  def compound(self, q: Tensor, subsets: Tensor) -> Tensor:
    count = subsets.size(0)
    k = subsets.size(1)
    if k == 1:
      return q
    picked = subsets.reshape([-1])
    minors = q.index_select(1, picked).index_select(2, picked).reshape([-1, count, k, count, k])
    return torch.det(minors.permute([0, 1, 3, 2, 4]))

  def backward(self, rotations: List[Tensor], gradients: List[Tensor]) -> Tensor:
    towards = annotate(List[Optional[Tensor]], [])
    for i in range(len(gradients)):
      towards.append(gradients[i])
    torch.autograd.backward(rotations, towards)
    return torch.tensor(len(rotations))
