# Matrices of circulant blocks. A kernel (m, n, b) stands for m times n blocks of size b: the first row of a block is its
# kernel, and every row is the one above it, shifted to the right by one. Called by CirculantKernel.java, recording.py
# and backward.py.

class CirculantKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def matrices(self, kernels: List[Tensor]) -> List[Tensor]:
    # the matrix of every kernel
    results = annotate(List[Tensor], [])
    for i in range(len(kernels)):
      results.append(__torch__.djladapters.circulant.matrix(kernels[i]))
    return results

def matrix(kernel: Tensor) -> Tensor:
  # (m b, n b): entry (i, j) of a block is entry (j - i) mod b of its kernel
  m, n, b = kernel.size(0), kernel.size(1), kernel.size(2)
  # in copies of the kernel one after the other, what is b - 1 further on is one to the left: all columns but the last
  copies = torch.unsqueeze(kernel, 2).expand([m, n, b, b]).reshape([m, n, b * b])
  most = copies.narrow(2, 0, b * (b - 1)).reshape([m, n, b, b - 1])
  last = torch.unsqueeze(torch.flip(kernel, [2]), 3)
  return torch.cat([most, last], 3).transpose(1, 2).reshape([m * b, n * b])

def kernel_gradient(x: Tensor, g: Tensor, b: int) -> Tensor:
  # the gradient (m, n, b) of the kernel of a matrix D from inputs x (rows, n b) and the gradient g (rows, m b) of x D^T:
  # the sums of g^T x along the diagonals of its blocks, which are correlations of x and g
  rows = x.size(0)
  m = g.size(1) // b
  n = x.size(1) // b
  if b >= 32:
    u = torch.fft_rfft(x.reshape([rows, n, b]), None, -1, None)
    v = torch.fft_rfft(g.reshape([rows, m, b]), None, -1, None)
    products = torch.bmm(torch.conj(v).permute([2, 1, 0]), u.permute([2, 0, 1]))
    return torch.fft_irfft(products.permute([1, 2, 0]), b, -1, None)
  # transforms of short blocks and products of many of them take longer than the whole of g^T x
  blocks = torch.mm(g.t(), x).reshape([m, b, n, b]).transpose(1, 2)
  last = torch.flip(blocks.select(3, b - 1), [2])
  most = blocks.narrow(3, 0, b - 1).reshape([m, n, b * (b - 1)])
  return torch.cat([most, torch.zeros([m, n, b], dtype=x.dtype, device=x.device)], 2).reshape([m, n, b, b]).sum([2]) + last
