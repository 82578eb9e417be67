# Orthogonal matrices Q of packed parameters, called by OrthogonalKernel.java and by the other programs.
#
# The parameters of a matrix are the packed strictly upper triangle of a skew matrix S, p = n (n - 1) / 2 numbers.

class OrthogonalKernel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def matrices(self, parameters: List[Tensor], index: Tensor, options: Tensor) -> List[Tensor]:
    # (..., n, n) for parameters (..., p) of one shape; options: n, the map, the number of terms
    n, map, terms = int(options[0]), int(options[1]), int(options[2])
    stacked = torch.stack(parameters)
    # a copy, since Java's memory is gone before gradients are computed
    q = __torch__.djladapters.orthogonal.matrices(stacked, index.clone(), n, map, terms)
    return torch.unbind(q.reshape(stacked.size()[:-1] + [n, n]), 0)

  def shortened(self, triangles: List[Tensor], options: Tensor) -> List[Tensor]:
    # triangles (..., p) of one shape, those with too long a skew matrix shortened; options: the largest norm, whether
    # the triangles themselves are changed
    limit, change_them = float(options[0]), bool(options[1])
    stacked = torch.stack(triangles).detach()
    norms = torch.linalg_vector_norm(stacked, 2, [-1], True) * 1.4142135623730951
    results = torch.unbind(stacked * torch.clamp(torch.reciprocal(norms) * limit, None, 1.0), 0)
    if not change_them:
      return results
    for i in range(len(triangles)):
      triangles[i].detach().copy_(results[i])
    return triangles

  def bounded(self, triangles: List[Tensor], limit: Tensor) -> List[Tensor]:
    # triangles (..., p) of one shape, those with a longer skew matrix than the limit scaled to it, with gradients. The
    # limit is taken before the root, which has no gradient at zero
    stacked = torch.stack(triangles)
    most = float(limit)
    squares = torch.sum(torch.square(stacked.to(7)), [-1], True) * 2.0
    factors = torch.rsqrt(torch.clamp_min(squares, most * most)) * most
    return torch.unbind(stacked * factors.to(stacked.dtype), 0)

  def interpolate(self, triangles: List[Tensor], factors: Tensor, index: Tensor, upper: Tensor, options: Tensor) -> List[Tensor]:
    # the triangles whose Q has the sum of factor * log Q as its logarithm, and the largest angle of Q; upper says where
    # the triangle is in a matrix; options: n, the map
    n, cayley = int(options[0]), int(options[1]) == 0
    first = triangles[0]
    total = torch.zeros([first.numel() // upper.numel(), n, n], dtype=7, device=first.device)
    for i in range(len(triangles)):
      theta = triangles[i].to(7).reshape([-1, upper.numel()])
      half = __torch__.djladapters.orthogonal.skew(theta, index, n)
      if cayley:
        half = __torch__.djladapters.orthogonal.arctangent(half)
      else:
        half = __torch__.djladapters.orthogonal.without_rounding(half)
      total = total + half * factors[i]
    largest = torch.linalg_matrix_norm(total, 2).max() * 2.0
    if cayley:
      result = __torch__.djladapters.orthogonal.tangent(total)
    else:
      result = __torch__.djladapters.orthogonal.without_rounding(total)
    packed = result.reshape([-1, n * n]).index_select(1, upper)
    return [packed.reshape(first.size()).to(first.dtype), largest]

def matrices(parameters: Tensor, index: Tensor, n: int, map: int, terms: int) -> Tensor:
  # (matrices, n, n) for parameters (..., p), or (..., n, n) where they are the matrices; map: IndexPlan.mapCode; index:
  # where the entries of S are in (theta, -theta, 0), or the angles of Givens rotations in theta, layer by layer
  cayley, neumann, exponential, matrix, givens, neumann_last_once = 0, 1, 2, 3, 4, 5
  if map == matrix:
    return parameters.reshape([-1, n, n])
  theta = parameters.reshape([-1, n * (n - 1) // 2])
  if map == givens:
    return __torch__.djladapters.orthogonal.givens(theta, index, n)
  skew = __torch__.djladapters.orthogonal.skew(theta, index, n)
  if map == neumann or map == neumann_last_once:
    return __torch__.djladapters.orthogonal.neumann(skew, terms, map == neumann_last_once)
  return __torch__.djladapters.orthogonal.rotation(skew, map == exponential)

def skew(theta: Tensor, index: Tensor, n: int) -> Tensor:
  # S of shape (matrices, n, n) for packed triangles (matrices, p)
  zero = torch.zeros([theta.size(0), 1], dtype=theta.dtype, device=theta.device)
  return torch.cat([theta, -theta, zero], 1).index_select(1, index).reshape([-1, n, n])

def neumann(skew: Tensor, terms: int, last_once: bool) -> Tensor:
  # I + 2 S + 2 S^2 + ... + 2 S^(terms - 1): the truncated series of (I + S)(I - S)^-1, the last term once or twice
  n = skew.size(1)
  q = torch.eye(n, dtype=skew.dtype, device=skew.device).expand([skew.size(0), n, n])
  power = skew
  for t in range(1, terms):
    if t > 1:
      power = torch.bmm(power, skew)
    factor = 2.0
    if last_once and t == terms - 1:
      factor = 1.0
    q = q + power * factor
  return q

def rotation(skew: Tensor, exponential: bool) -> Tensor:
  # (I - S)(I + S)^-1 or exp(-2S), orthogonal to 1e-5 for all finite S (matrices, n, n). What is lost grows with S, so
  # longer ones are computed in float64: these limits of the Frobenius norm leave a factor of ten in float32 for an
  # inverse, and of two for the squarings of an exponential
  if skew.dtype == 7:
    return __torch__.djladapters.orthogonal.rotation64(skew, exponential)
  limit = 16.0
  if exponential:
    limit = 2.0
  long = __torch__.djladapters.orthogonal.longer(skew, limit)
  if long.numel() == 0:
    return __torch__.djladapters.orthogonal.formula(skew, exponential)
  q = __torch__.djladapters.orthogonal.formula(torch.index_fill(skew, 0, long, 0.0), exponential)
  precise = __torch__.djladapters.orthogonal.rotation64(skew.index_select(0, long).to(7), exponential)
  return torch.index_copy(q, 0, long, precise.to(q.dtype))

def rotation64(skew: Tensor, exponential: bool) -> Tensor:
  # the same in float64, where the formulas keep nine digits up to this norm
  long = __torch__.djladapters.orthogonal.longer(skew, 1e6)
  if long.numel() == 0:
    return __torch__.djladapters.orthogonal.formula(skew, exponential)
  q = __torch__.djladapters.orthogonal.formula(torch.index_fill(skew, 0, long, 0.0), exponential)
  return torch.index_copy(q, 0, long, __torch__.djladapters.orthogonal.spectral(skew.index_select(0, long), exponential))

def longer(skew: Tensor, limit: float) -> Tensor:
  # the numbers of the matrices whose norm is above the limit, or is not a number
  short = torch.linalg_vector_norm(skew, 2, [1, 2]) <= limit
  return torch.nonzero(torch.logical_not(short)).reshape([-1])

def formula(skew: Tensor, exponential: bool) -> Tensor:
  # (I - S)(I + S)^-1 = 2 (I + S)^-1 - I, or exp(-2S)
  if exponential:
    return torch.matrix_exp(skew * (-2.0))
  eye = torch.eye(skew.size(1), dtype=skew.dtype, device=skew.device)
  return __torch__.djladapters.orthogonal.inverse_of_shifted(skew) * 2.0 - eye

def inverse_of_shifted(skew: Tensor) -> Tensor:
  # (I + S)^-1 of shape (matrices, n, n)
  n = skew.size(1)
  eye = torch.eye(n, dtype=skew.dtype, device=skew.device)
  shifted = eye + skew
  if skew.size(0) < 4 * n:
    return __torch__.djladapters.orthogonal.inverse(shifted)
  # all at once instead of one after the other, and a step of Newton's, which rounds like the engine's inverse and has
  # the gradient of the inverse
  inverse = __torch__.djladapters.orthogonal.eliminated(shifted.detach())
  return torch.matmul(inverse, eye * 2.0 - torch.matmul(shifted, inverse))

def inverse(x: Tensor) -> Tensor:
  # of (matrices, n, n); large ones one by one, since the engine's batches of them come out wrong on the CPU once the
  # number of threads was set (ai.djl.pytorch.num_threads)
  if x.is_cuda or x.size(1) <= 128:
    return torch.linalg_inv(x)
  return torch.stack([torch.linalg_inv(matrix) for matrix in torch.unbind(x, 0)])

def eliminated(x: Tensor) -> Tensor:
  # inverses of (matrices, n, n) by Gauss and Jordan. Without pivots: the symmetric part of I + S is I, so that none is
  # below 1. Matrices come last, so that every operation runs over long rows
  a = x.permute([1, 2, 0]).contiguous()
  for k in range(a.size(0)):
    pivot = torch.reciprocal(a[k, k])
    column = a.select(1, k).clone()
    column.select(0, k).fill_(0.0)
    a.select(1, k).fill_(0.0)
    a[k, k].fill_(1.0)
    row = a[k] * pivot
    a[k].fill_(0.0)
    a.addcmul_(torch.unsqueeze(column, 1), torch.unsqueeze(row, 0), value=-1)
    a[k].copy_(row)
  return a.permute([2, 0, 1]).contiguous()  # products of small matrices are slow otherwise

def spectral(skew: Tensor, exponential: bool) -> Tensor:
  # Q by the planes that S turns, whose half angles h are the eigenvalues of iS, or their arctangents; planes that are
  # lost in the rounding of the largest stay where they are. S that is not finite gives NaN
  scale = torch.amax(torch.abs(skew.detach()), [1, 2], True)
  finite = torch.isfinite(scale)
  values, vectors = __torch__.djladapters.orthogonal.planes(torch.where(finite, skew.detach() / scale, torch.zeros_like(skew)))
  half = torch.clamp(torch.nan_to_num(torch.squeeze(scale, 2) * values), -8e307, 8e307)
  if not exponential:
    half = torch.atan(half)
  turn = torch.polar(torch.ones_like(half), half)
  turned = torch.real(torch.matmul(vectors * torch.unsqueeze(turn * turn, 1), vectors.mH))
  left, _, right = torch.linalg_svd(turned, False)
  q = torch.where(finite, torch.matmul(left, right), torch.full_like(skew, float("nan")))
  if not torch.is_grad_enabled() or not skew.requires_grad:
    return q
  # eigenvectors of equal eigenvalues have no derivative, but Q has: divided differences in their basis. The change is
  # zero, and all that counts of it is its gradient
  if exponential:
    rates = torch.sinc((torch.unsqueeze(half, 2) - torch.unsqueeze(half, 1)) / 3.141592653589793)
  else:
    rates = torch.unsqueeze(torch.cos(half), 2) * torch.unsqueeze(torch.cos(half), 1)
  rates = torch.unsqueeze(turn, 2) * torch.unsqueeze(turn, 1) * rates * (-2.0)
  change = skew - skew.detach()
  change = torch.complex(change, torch.zeros_like(change))
  inner = torch.matmul(torch.matmul(vectors.mH, change), vectors) * rates
  return q + torch.real(torch.matmul(torch.matmul(vectors, inner), vectors.mH))

def planes(skew: Tensor) -> Tuple[Tensor, Tensor]:
  # eigenvalues (matrices, n) and eigenvectors of iS: real eigenvalues in pairs of different sign, as they are without
  # rounding
  values, vectors = torch.linalg_eigh(torch.complex(torch.zeros_like(skew), skew))
  pairs = (values - torch.flip(values, [1])) / 2.0
  lost = torch.amax(torch.abs(pairs), [1], True) * (skew.size(1) * 4e-15)
  return (torch.where(torch.abs(pairs) <= lost, torch.zeros_like(pairs), pairs), vectors)

def givens(theta: Tensor, index: Tensor, n: int) -> Tensor:
  # a product of layers of rotations of neighbouring columns, which are exchanged at that, for angles (matrices, p);
  # columns come first and matrices last, so that every operation runs over long rows
  half = torch.unsqueeze(theta.t().index_select(0, index), 1)
  largest = 1.7e38
  if theta.dtype == 7:
    largest = 8.9e307
  # twice the largest numbers would be infinite; what is not finite stays so
  angles = (torch.clamp(half, -largest, largest) + half * 0.0) * 2.0
  cosines = torch.cos(angles)
  sines = torch.sin(angles)
  columns = torch.eye(n, dtype=theta.dtype, device=theta.device).reshape([n, n, 1]).expand([n, n, theta.size(0)])
  at = 0
  for layer in range(n):
    first = layer % 2
    gates = (n - first) // 2
    if gates > 0:
      pairs = columns.narrow(0, first, 2 * gates).reshape([gates, 2, n, -1])
      a = pairs.select(1, 0)
      b = pairs.select(1, 1)
      c = cosines.narrow(0, at, gates)
      s = sines.narrow(0, at, gates)
      left = torch.addcmul(b * c, a, s, value=-1)
      right = torch.addcmul(a * c, b, s)
      turned = torch.stack([left, right], 1).reshape([2 * gates, n, -1])
      last = n - first - 2 * gates
      columns = torch.cat([columns.narrow(0, 0, first), turned, columns.narrow(0, n - last, last)], 0)
      at = at + gates
  return torch.flip(columns, [0]).permute([2, 1, 0]).contiguous()

def arctangent(skew: Tensor) -> Tensor:
  # the skew matrices whose half angles are the arctangents of those of S (matrices, n, n)
  values, vectors = __torch__.djladapters.orthogonal.planes(skew)
  return __torch__.djladapters.orthogonal.of_planes(torch.atan(values), vectors)

def tangent(skew: Tensor) -> Tensor:
  # the skew matrices whose half angles are the tangents of those of S (matrices, n, n)
  values, vectors = __torch__.djladapters.orthogonal.planes(skew)
  return __torch__.djladapters.orthogonal.of_planes(torch.tan(values), vectors)

def without_rounding(skew: Tensor) -> Tensor:
  # S (matrices, n, n) without what planes takes for rounding
  values, vectors = __torch__.djladapters.orthogonal.planes(skew)
  return __torch__.djladapters.orthogonal.of_planes(values, vectors)

def of_planes(values: Tensor, vectors: Tensor) -> Tensor:
  # the skew matrices (matrices, n, n) of which planes gives these
  return torch.imag(torch.matmul(vectors * torch.unsqueeze(values, -2), vectors.mH))
