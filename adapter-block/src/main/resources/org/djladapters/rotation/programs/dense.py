# Matrices D of shape (out, in) that are added to weights, called by DenseKernel.java.

class DenseKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def hadamard(self, parts: List[Tensor], factors: Tensor) -> List[Tensor]:
    # s (B1 A1) * (B2 A2) of every layer, entry by entry; parts of a layer: those of either product, see product
    results = annotate(List[Tensor], [])
    for i in range(len(parts) // 6):
      first = __torch__.djladapters.dense.product(parts[6 * i], parts[6 * i + 1], parts[6 * i + 2])
      second = __torch__.djladapters.dense.product(parts[6 * i + 3], parts[6 * i + 4], parts[6 * i + 5])
      results.append(first * second * float(factors[i]))
    return results

  def kronecker(self, parts: List[Tensor], factors: Tensor) -> List[Tensor]:
    # s times the Kronecker product of two matrices of every layer; parts of a layer: those of either matrix, see product
    results = annotate(List[Tensor], [])
    for i in range(len(parts) // 6):
      first = __torch__.djladapters.dense.product(parts[6 * i], parts[6 * i + 1], parts[6 * i + 2])
      second = __torch__.djladapters.dense.product(parts[6 * i + 3], parts[6 * i + 4], parts[6 * i + 5])
      results.append(torch.kron(first, second) * float(factors[i]))
    return results

  def fourier(self, spectra: List[Tensor], indices: List[Tensor], shapes: Tensor, factors: Tensor) -> List[Tensor]:
    # s times the real part of the inverse Fourier transform of every spectrum, of which entries are given by their places
    # (n) among those of (out, in), counted row by row; shapes: out and in of every layer
    sizes = annotate(List[int], shapes.tolist())
    results = annotate(List[Tensor], [])
    for i in range(len(spectra)):
      grid = __torch__.djladapters.dense.placed(spectra[i], indices[i], sizes[2 * i], sizes[2 * i + 1])
      results.append(torch.real(torch.fft_ifft2(grid, None, [-2, -1], None)) * float(factors[i]))
    return results

  def haar(self, spectra: List[Tensor], indices: List[Tensor], shapes: Tensor, factors: Tensor, direct: Tensor) -> List[Tensor]:
    # s times the inverse of one step of the Haar transform of every spectrum, of which entries are given by their places (n)
    # in a matrix with sides of even length, counted row by row, whose quarters are means, differences of rows (top right), of
    # columns, and of both; or s times the spectrum itself; shapes: out and in of every layer
    sizes = annotate(List[int], shapes.tolist())
    results = annotate(List[Tensor], [])
    for i in range(len(spectra)):
      rows = (sizes[2 * i] + 1) // 2
      columns = (sizes[2 * i + 1] + 1) // 2
      grid = __torch__.djladapters.dense.placed(spectra[i], indices[i], 2 * rows, 2 * columns)
      if not bool(direct[i]):
        quarters = grid.reshape([2, rows, 2, columns]).permute([2, 1, 0, 3]).reshape(grid.size())
        grid = __torch__.djladapters.dense.interleaved(__torch__.djladapters.dense.interleaved(quarters).t()).t() * 0.5
      results.append(grid.narrow(0, 0, sizes[2 * i]).narrow(1, 0, sizes[2 * i + 1]) * float(factors[i]))
    return results

  def scattered(self, values: List[Tensor], indices: List[Tensor], shapes: Tensor) -> List[Tensor]:
    # matrices with values (n) in places (2, n), rows and columns, or (n), counted row by row, and zeros elsewhere; shapes: out
    # and in of every layer
    sizes = annotate(List[int], shapes.tolist())
    results = annotate(List[Tensor], [])
    for i in range(len(values)):
      places = indices[i].to(4)
      flat = places
      if places.dim() == 2:
        flat = places[0] * sizes[2 * i + 1] + places[1]
      results.append(__torch__.djladapters.dense.placed(values[i], flat, sizes[2 * i], sizes[2 * i + 1]))
    return results

  def extremes(self, weight: Tensor, transposed: Tensor, count: Tensor, smallest: Tensor) -> Tensor:
    # where the entries of W as (out, in) are that are largest, or smallest, by absolute value, counted row by row
    rows = __torch__.djladapters.arrays.by_outputs(weight.detach(), transposed).reshape([-1])
    return torch.topk(torch.abs(rows), int(count), -1, not(bool(smallest)), True)[1]

  def blocks(self, matrices: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # (W_ij + I) B_i of the blocks W_ij of every weight as (out, in), with matrices B (out / r, r, r)
    results = annotate(List[Tensor], [])
    for i in range(len(matrices)):
      b = matrices[i]
      count, r = b.size(0), b.size(1)
      rows = __torch__.djladapters.arrays.by_outputs(weights[i].detach(), transposed[i]).to(b.dtype)
      parts = rows.reshape([count, r, -1, r]).permute([2, 0, 1, 3])
      results.append((torch.matmul(parts, b) + b).permute([1, 2, 0, 3]).reshape(rows.size()))
    return results

  def modulated(self, downs: List[Tensor], ups: List[Tensor], weights: List[Tensor], transposed: Tensor) -> List[Tensor]:
    # B A times W, entry by entry, of every layer
    results = annotate(List[Tensor], [])
    for i in range(len(downs)):
      weight = torch.flatten(__torch__.djladapters.arrays.by_outputs(weights[i].detach(), transposed[i]), 1)
      results.append(__torch__.djladapters.dense.product(torch.flatten(ups[i], 1), torch.flatten(downs[i], 1), torch.zeros([0])) * weight.to(downs[i].dtype))
    return results

def product(up: Tensor, down: Tensor, core: Tensor) -> Tensor:
  # B A as (out, in) of B (out, r) and A (r, in); the first alone where the second has no elements; of filters with a core
  # (r, r, height, width), B (r, out) and A (r, channels) the sum over i and j of B_i A_j core_ij
  if down.numel() == 0:
    return torch.flatten(up, 1)
  if core.numel() == 0:
    return torch.mm(up, down)
  rows = torch.mm(up.t(), core.reshape([core.size(0), -1])).reshape([up.size(1), core.size(1), -1])
  return torch.flatten(torch.matmul(down.t(), rows), 1)

def interleaved(rows: Tensor) -> Tensor:
  # (2 n, m) with the sums of row i and row n + i, and their differences, one after the other
  half = rows.size(0) // 2
  first = rows.narrow(0, 0, half)
  second = rows.narrow(0, half, half)
  return torch.stack([first + second, first - second], 1).reshape(rows.size())

def placed(values: Tensor, flat: Tensor, out: int, inputs: int) -> Tensor:
  # (out, in) with values in places that are counted row by row, and zeros elsewhere
  zeros = torch.zeros([out * inputs], dtype=values.dtype, device=values.device)
  return torch.scatter(zeros, 0, flat, values).reshape([out, inputs])
