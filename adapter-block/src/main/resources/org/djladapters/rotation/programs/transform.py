# Weight transforms on activations and on weights. Adapted models call these functions in their layers, and so do the
# programs that Java calls.

# Rows of a batch that follow one another, with a transform for all of them; or a stack, that is several transforms of one
# form for as many groups of rows of one size, each part a tensor with the groups as first axis; or none.
class Segment(NamedTuple):
  rows : int
  groups : int  # 1 if it is no stack
  parts : List[Tensor]  # those of WeightTransform.parts, empty for none

# A trial of a layer's inputs with a batch of equal rows, or another one. It counts how often the layer was used (0), how
# often its inputs can be those of one row after another (1), and how many vectors went into it (2).
class Trial(NamedTuple):
  rows : int
  are_equal : bool
  seen : Tensor  # (3)

# The parts of WeightTransform.parts, in that order, and what else a socket holds. Tensors without elements stand for what
# is left out. R and C are rotations as blocks (steps, blocks, b, b) and index (steps + 1, blocks * b). The last two parts
# are the map P of the results, z P = z * factor + turned(z, h) * turn.
class Transform(NamedTuple):
  input : Tensor  # R of the inputs
  input_index : Tensor
  dense : Tensor  # D (out, in), which is added to the weight
  down : Tensor  # A (r, in) of the low-rank product B A
  up : Tensor  # B (out, r)
  dropout : Tensor  # probability of dropping an input of A (1)
  output : Tensor  # C of the outputs
  output_index : Tensor
  scale : Tensor  # factors of the outputs before the bias (out)
  magnitude : Tensor  # norms that the rows of the weight get (out)
  shift : Tensor  # what is added to the bias (out)
  factor : Tensor  # factors of the results, which have the bias (out)
  turn : Tensor  # factors of what the results are turned into (groups, 2, h)
  task : Optional[__torch__.djladapters.recording.Task]  # of a layer with a custom backward pass
  # in the place of all others: the transforms of the rows of a batch, of a layer whose inputs begin with the batch
  rows : Optional[List[__torch__.djladapters.transform.Segment]]
  trial : Optional[__torch__.djladapters.transform.Trial]

def parts() -> int:
  # how many tensors a transform has: WeightTransform.PARTS
  return 13

def slots() -> int:
  # how many tensors a socket takes: SocketSurgery.SLOTS, those of a transform and of a task
  return __torch__.djladapters.transform.parts() + __torch__.djladapters.recording.task_arrays()

def transform(parts: List[Tensor], task: Optional[__torch__.djladapters.recording.Task]) -> __torch__.djladapters.transform.Transform:
  # a transform of its parts in the order of WeightTransform.parts
  input, input_index, dense, down, up, dropout, output, output_index, scale, magnitude, shift, factor, turn = parts
  return __torch__.djladapters.transform.Transform(input, input_index, dense, down, up, dropout, output, output_index, scale, magnitude, shift, factor, turn, task, None, None)

def parts_of(t: __torch__.djladapters.transform.Transform) -> List[Tensor]:
  # the parts in the order of WeightTransform.parts
  return [t.input, t.input_index, t.dense, t.down, t.up, t.dropout, t.output, t.output_index, t.scale, t.magnitude, t.shift, t.factor, t.turn]

def read(values: List[Tensor], start: int, weight: Tensor) -> Optional[__torch__.djladapters.transform.Transform]:
  # the transform whose parts begin at a position, in the type of the weight; None if all is left out
  parts = annotate(List[Tensor], [])
  some = False
  for i in range(start, start + __torch__.djladapters.transform.parts()):
    value = values[i]
    some = some or value.numel() > 0
    if value.dtype == 4:  # an index of Java's, whose memory is gone before gradients are computed
      value = value.clone()
    else:
      value = value.to(weight.dtype)
    parts.append(value)
  if some:
    return __torch__.djladapters.transform.transform(parts, None)
  return None

def socketed(values: List[Tensor], socket: int, codes: Tensor, weight: Tensor) -> Optional[__torch__.djladapters.transform.Transform]:
  # what the socket of a number holds: a transform, with a task where there is one; codes: see recording.task
  start = __torch__.djladapters.transform.slots() * socket
  t = __torch__.djladapters.transform.read(values, start, weight)
  end = start + __torch__.djladapters.transform.parts()
  task = __torch__.djladapters.recording.task(values, end, codes[socket])
  if task is None:
    return t
  parts = values[start:end]
  if t is not None:
    parts = __torch__.djladapters.transform.parts_of(t)
  return __torch__.djladapters.transform.transform(parts, task)

def of_rows(rows: Optional[List[__torch__.djladapters.transform.Segment]], trial: Optional[__torch__.djladapters.transform.Trial]) -> __torch__.djladapters.transform.Transform:
  # what the socket of a layer holds whose rows have transforms of their own, or are tried
  none = torch.empty([0])
  return __torch__.djladapters.transform.Transform(none, none, none, none, none, none, none, none, none, none, none, none, none, None, rows, trial)

def is_stackable(part: int, value: Tensor) -> bool:
  # whether a part can be in a stack: A, B, rotations by parts with their sizes, factors and sums of the outputs, which
  # are changed in place
  if value.requires_grad:
    return False
  if part == 0 or part == 6:
    return value.dim() == 2
  return part == 1 or part == 3 or part == 4 or part == 7 or part == 8 or part == 10 or part == 11

def is_same_form(a: List[Tensor], b: List[Tensor]) -> bool:
  # whether two transforms can be in one stack
  if len(a) == 0 or len(b) == 0:
    return False
  for part in range(len(a)):
    if a[part].size() != b[part].size() or a[part].dtype != b[part].dtype:
      return False
    if a[part].numel() > 0:
      if not __torch__.djladapters.transform.is_stackable(part, a[part]) or b[part].requires_grad:
        return False
      if a[part].dtype == 4 and not torch.equal(a[part], b[part]):  # sizes of parts
        return False
  return True

def stacked(transforms: List[List[Tensor]]) -> List[Tensor]:
  # the parts of transforms of one form as a stack; sizes of parts are those of all
  if len(transforms) == 1:
    return transforms[0]
  parts = annotate(List[Tensor], [])
  for part in range(len(transforms[0])):
    value = transforms[0][part]
    if value.numel() > 0 and value.dtype != 4:
      values = annotate(List[Tensor], [])
      for t in transforms:
        values.append(t[part])
      value = torch.stack(values)
    parts.append(value)
  return parts

def segments(counts: List[int], transforms: List[List[Tensor]]) -> List[__torch__.djladapters.transform.Segment]:
  # joins groups of rows that follow one another and have no transform, or transforms that can be a stack; counts: the rows
  # of the groups, transforms: their parts, empty lists for none
  found = annotate(List[__torch__.djladapters.transform.Segment], [])
  start = 0
  while start < len(counts):
    plain = len(transforms[start]) == 0
    rows = counts[start]
    end = start + 1
    joins = True
    while joins and end < len(counts):
      if plain:
        joins = len(transforms[end]) == 0
      else:
        joins = counts[end] == counts[start] and __torch__.djladapters.transform.is_same_form(transforms[start], transforms[end])
      if joins:
        rows = rows + counts[end]
        end = end + 1
    if plain:
      found.append(__torch__.djladapters.transform.Segment(rows, 1, transforms[start]))
    else:
      found.append(__torch__.djladapters.transform.Segment(rows, end - start, __torch__.djladapters.transform.stacked(transforms[start:end])))
    start = end
  return found

def read_rows(values: List[Tensor], weights: List[Tensor]) -> List[Optional[__torch__.djladapters.transform.Transform]]:
  # what sockets hold in a batch whose rows have transforms of their own, in the types of the sockets' weights, or all
  # rows the same where there is one group. values: an empty tensor, all parts that are there, socket by socket and
  # group by group, and codes: the number of groups, their numbers of rows, and for every group of every socket the
  # parts that are there as bits
  codes = annotate(List[int], values[-1].tolist())
  groups = codes[0]
  counts = codes[1:groups + 1]
  at = 1
  filled = annotate(List[Optional[__torch__.djladapters.transform.Transform]], [])
  for socket in range(len(weights)):
    transforms = annotate(List[List[Tensor]], [])
    some = False
    for group in range(groups):
      bits = codes[1 + groups + socket * groups + group]
      own = annotate(List[Tensor], [])
      if bits > 0:
        some = True
        for part in range(__torch__.djladapters.transform.parts()):
          value = values[0]
          if bits % 2 == 1:
            value = values[at]
            at = at + 1
            if value.dtype == 4:  # an index of Java's, see read
              value = value.clone()
            else:
              value = value.to(weights[socket].dtype)
          own.append(value)
          bits = bits // 2
      transforms.append(own)
    if some and groups == 1:
      filled.append(__torch__.djladapters.transform.transform(transforms[0], None))
    elif some:
      filled.append(__torch__.djladapters.transform.of_rows(__torch__.djladapters.transform.segments(counts, transforms), None))
    else:
      filled.append(None)
  return filled

def try_rows(values: List[Tensor], socket: int) -> Optional[__torch__.djladapters.transform.Transform]:
  # what the socket of a number holds in a trial of a batch. values: the number of rows; whether all are equal; and what
  # is found (sockets, 3), see Trial
  trial = __torch__.djladapters.transform.Trial(int(values[0]), bool(values[1]), values[2][socket])
  return __torch__.djladapters.transform.of_rows(None, trial)

def note_rows(x: Tensor, trial: __torch__.djladapters.transform.Trial) -> Tensor:
  # notes the inputs of a layer in a trial. Where rows are equal, so are their inputs, but for what rounding adds
  vectors = x.numel() // x.size(-1)
  trial.seen[0] += 1
  trial.seen[2] += vectors
  batched = x.dim() > 1 and vectors % trial.rows == 0
  if x.dim() > 2:
    batched = x.size(0) == trial.rows
  if batched and trial.are_equal:
    z = x.detach().reshape([trial.rows, -1]).to(6)
    tolerance = 0.001
    if x.dtype == 5 or x.dtype == 15:
      tolerance = 0.05
    batched = float(torch.max(torch.abs(z - z[0:1]))) <= tolerance * float(torch.max(torch.abs(z)))
  if batched:
    trial.seen[1] += 1
  return x

def rotate_parts(y: Tensor, rotation: Tensor, sizes: List[int]) -> Tensor:
  # y C in the place of y (groups * m, features), for rotations by parts (groups, blocks, numbers): the squares on the
  # diagonal of every block, row by row, one after the other. sizes: of a block, and of its parts
  groups = rotation.size(0)
  blocks = rotation.size(1)
  b = sizes[0]
  at = 0
  start = 0
  for size in sizes[1:]:
    squares = rotation.narrow(2, start, size * size).reshape([groups, blocks, size, size])
    if groups == 1:
      z = y.narrow(1, 0, blocks * b).view([-1, blocks, b]).transpose(0, 1).narrow(2, at, size)
      z.copy_(torch.bmm(z, squares[0]))
    else:
      for block in range(blocks):
        z = y.view([groups, -1, y.size(1)]).narrow(2, block * b + at, size)
        z.copy_(torch.bmm(z, squares.select(1, block)))
    at = at + size
    start = start + size * size
  return y

def rotate(y: Tensor, rotation: Tensor, index: Tensor) -> Tensor:
  # y C for y (..., features): a gather and a product with the blocks for every step, and a last gather. By parts, which
  # is for passes without gradients, C is (blocks, numbers) and index are its sizes, see rotate_parts
  if rotation.dim() == 2:
    rows = y.reshape([-1, y.size(-1)]).clone()
    return __torch__.djladapters.transform.rotate_parts(rows, rotation[None], annotate(List[int], index.tolist())).reshape(y.size())
  steps = rotation.size(0)
  blocks = rotation.size(1)
  b = rotation.size(2)
  features = y.size(-1)
  rotated = blocks * b
  z = y.reshape([-1, features])
  rest = z
  if rotated < features:
    rest = z.narrow(1, rotated, features - rotated)
    z = z.narrow(1, 0, rotated)
  for s in range(steps):
    if index.numel() > 0:
      z = z.index_select(1, index[s])
    if b == 1:
      z = z * rotation[s].reshape([-1])
    elif blocks == 1:
      z = torch.mm(z, rotation[s][0])
    else:
      z = torch.bmm(z.reshape([-1, blocks, b]).transpose(0, 1), rotation[s]).transpose(0, 1).reshape([-1, rotated])
  if index.numel() > 0:
    z = z.index_select(1, index[steps])
  if rotated < features:
    z = torch.cat([z, rest], 1)
  return z.reshape(y.size())

def rotate_rows(w: Tensor, rotation: Tensor, index: Tensor) -> Tensor:
  # C^T w for w (out, ...): what rotate does to the columns of w^T, without transposing w
  steps = rotation.size(0)
  blocks = rotation.size(1)
  b = rotation.size(2)
  rotated = blocks * b
  z = w.narrow(0, 0, rotated)
  for s in range(steps):
    if index.numel() > 0:
      z = z.index_select(0, index[s])
    if b == 1:
      z = z * rotation[s].reshape([-1, 1])
    else:
      z = torch.bmm(rotation[s].transpose(1, 2), z.reshape([blocks, b, -1])).reshape([rotated, -1])
  if index.numel() > 0:
    z = z.index_select(0, index[steps])
  if rotated < w.size(0):
    z = torch.cat([z, w.narrow(0, rotated, w.size(0) - rotated)], 0)
  return z

def reverse(rotation: Tensor, index: Tensor) -> Tuple[Tensor, Tensor]:
  # blocks and index of C^T from those of C
  turned = torch.flip(rotation, [0]).transpose(2, 3)
  if index.numel() == 0:
    return (turned, index)
  return (turned, torch.argsort(torch.flip(index, [0]), 1))

def turned(z: Tensor, h: int) -> Tensor:
  # -z_(i + h) in the place of z_i and z_i in that of z_(i + h) for z (..., out), in every group of 2 h outputs
  halves = z.reshape(z.size()[:-1] + [-1, 2, h])
  first = halves.narrow(-2, 0, 1)
  second = halves.narrow(-2, 1, 1)
  return torch.cat([-second, first], -2).reshape(z.size())

def mapped(z: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # z P for z (..., out)
  y = z
  if t.factor.numel() > 0:
    y = y * t.factor
  if t.turn.numel() > 0:
    y = torch.addcmul(y, __torch__.djladapters.transform.turned(z, t.turn.size(2)), t.turn.reshape([-1]))
  return y

def with_low_rank(y: Tensor, x: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # y + x A^T B^T for x (..., in) and y (..., out)
  if t.down.numel() == 0:
    return y
  z = x
  if t.dropout.numel() > 0:
    z = torch.dropout(x, float(t.dropout), True)
  return y + torch.linear(torch.linear(z, t.down), t.up)

def dense_weight(weight: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # W R^T + D for W (out, in)
  w = weight
  if t.input.numel() > 0:
    rotation, index = __torch__.djladapters.transform.reverse(t.input, t.input_index)
    w = __torch__.djladapters.transform.rotate(w, rotation, index)
  if t.dense.numel() > 0:
    w = w + t.dense
  return w

def inner_weight(weight: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # W R^T + D + B A for W (out, in)
  w = __torch__.djladapters.transform.dense_weight(weight, t)
  if t.down.numel() > 0:
    w = w + torch.mm(t.up, t.down)
  return w

def norm_factors(w: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # the factors (out) that give the rows of w = W R^T + D + B A their norms; the rows' own norms are constants
  return t.magnitude / torch.linalg_vector_norm(w.detach(), 2, [1])

def with_outputs_changed(y: Tensor, weight: Tensor, bias: Optional[Tensor], t: __torch__.djladapters.transform.Transform) -> Tensor:
  # what follows the products y (..., out): N, C, the factors, the bias and P; weight: (out, in)
  z = y
  if t.magnitude.numel() > 0:
    z = z * __torch__.djladapters.transform.norm_factors(__torch__.djladapters.transform.inner_weight(weight, t), t)
  if t.output.numel() > 0:
    z = __torch__.djladapters.transform.rotate(z, t.output, t.output_index)
  if t.scale.numel() > 0:
    z = z * t.scale
  if bias is not None:
    z = z + bias
  if t.shift.numel() > 0:
    z = z + t.shift
  return __torch__.djladapters.transform.mapped(z, t)

def rotated(x: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # x R for x (..., in)
  if t.input.numel() == 0:
    return x
  return __torch__.djladapters.transform.rotate(x, t.input, t.input_index)

def weight(weight: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # W' of W, both (out, in)
  w = __torch__.djladapters.transform.inner_weight(weight, t)
  if t.magnitude.numel() > 0:
    w = w * torch.unsqueeze(__torch__.djladapters.transform.norm_factors(w, t), 1)
  if t.output.numel() > 0:
    w = __torch__.djladapters.transform.rotate_rows(w, t.output, t.output_index)
  if t.scale.numel() > 0:
    w = w * torch.unsqueeze(t.scale, 1)
  return __torch__.djladapters.transform.mapped(w.t(), t).t()

def bias(bias: Tensor, t: __torch__.djladapters.transform.Transform) -> Tensor:
  # b' of b (out)
  b = bias
  if t.shift.numel() > 0:
    b = b + t.shift
  return __torch__.djladapters.transform.mapped(b, t)

def recorded(x: Tensor, weight: Tensor, bias: Optional[Tensor], transform: Optional[__torch__.djladapters.transform.Transform], recording: __torch__.djladapters.recording.Recording) -> Tensor:
  # a linear layer outside of autograd, with W' in place of W if a task comes with the transform; weight: (out, in). A bias
  # that autograd has to see, and one after factors, are added to the product
  first, later = bias, annotate(Optional[Tensor], None)
  if bias is not None:
    if bias.requires_grad:
      first, later = None, bias
  if transform is None:
    y = recording.linear(x, weight, first, None)
    if later is not None:
      y = y + later
    return y
  if transform.scale.numel() > 0:
    first, later = None, bias
  y = recording.linear(x, weight, first, transform.task)
  return __torch__.djladapters.transform.with_outputs_changed(y, weight, later, transform)

def stack_inputs(x: Tensor, parts: List[Tensor]) -> Tensor:
  # x R for x (groups * m, in) and a stack
  if parts[0].numel() == 0:
    return x
  return __torch__.djladapters.transform.rotate_parts(x.clone(), parts[0], annotate(List[int], parts[1].tolist()))

def stack_outputs(y: Tensor, x: Tensor, bias: Optional[Tensor], parts: List[Tensor], groups: int) -> Tensor:
  # what follows the products y (groups * m, out) of x (groups * m, in) with a stack, in the place of y
  input, input_index, dense, down, up, dropout, output, output_index, scale, magnitude, shift, factor, turn = parts
  z = y.view([groups, -1, y.size(1)])
  if down.numel() > 0:
    z.baddbmm_(torch.bmm(x.reshape([groups, -1, x.size(1)]), down.transpose(1, 2)), up.transpose(1, 2))
  if output.numel() > 0:
    y = __torch__.djladapters.transform.rotate_parts(y, output, annotate(List[int], output_index.tolist()))
  if scale.numel() > 0:
    z.mul_(torch.unsqueeze(scale, 1))
  if bias is not None:
    z.add_(bias)
  if shift.numel() > 0:
    z.add_(torch.unsqueeze(shift, 1))
  if factor.numel() > 0:
    z.mul_(torch.unsqueeze(factor, 1))
  return y

def product_of_rows(x: Tensor, weight: Tensor, bias: Optional[Tensor], segments: List[__torch__.djladapters.transform.Segment], way: Optional[__torch__.djladapters.product.Way]) -> Tensor:
  # a linear layer whose rows have transforms of their own: one product for all of them, and what the transforms of a
  # segment do before and after it; weight: (out, in)
  flat = x.reshape([-1, x.size(-1)])
  batch = 0
  for segment in segments:
    batch = batch + segment.rows
  if flat.size(0) % batch != 0 or (x.dim() > 2 and x.size(0) != batch):
    ops.prim.RaiseException("a layer got inputs that are not those of the rows of the batch; predict the rows apart")
  sizes = annotate(List[int], [])
  for segment in segments:
    sizes.append(segment.rows * (flat.size(0) // batch))
  inputs = torch.split_with_sizes(flat, sizes)
  rotated = annotate(List[Tensor], [])
  rotates = False
  for i in range(len(segments)):
    parts = segments[i].parts
    z = inputs[i]
    if len(parts) > 0:
      rotates = rotates or parts[0].numel() > 0
      if segments[i].groups > 1:
        z = __torch__.djladapters.transform.stack_inputs(z, parts)
      elif parts[0].numel() > 0:
        z = __torch__.djladapters.transform.rotate(z, parts[0], parts[1])
    rotated.append(z)
  if rotates:
    flat = torch.cat(rotated)
  products = torch.split_with_sizes(__torch__.djladapters.product.linear(flat, weight, None, way), sizes)
  results = annotate(List[Tensor], [])
  for i in range(len(segments)):
    parts = segments[i].parts
    y = products[i]
    if segments[i].groups > 1:
      y = __torch__.djladapters.transform.stack_outputs(y, inputs[i], bias, parts, segments[i].groups)
    elif len(parts) > 0:
      t = __torch__.djladapters.transform.transform(parts, None)
      if t.dense.numel() > 0:
        y = y + __torch__.djladapters.product.linear(inputs[i], t.dense, None, way)
      y = __torch__.djladapters.transform.with_low_rank(y, inputs[i], t)
      y = __torch__.djladapters.transform.with_outputs_changed(y, weight, bias, t)
    elif bias is not None:
      y = y + bias
    results.append(y)
  joined = results[0]
  if len(results) > 1:
    joined = torch.cat(results)
  return joined.reshape(x.size()[:-1] + [weight.size(0)])

def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor], transform: Optional[__torch__.djladapters.transform.Transform], way: Optional[__torch__.djladapters.product.Way], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  # torch.linear(x, W, b) with a transform; weight: (out, in)
  if recording is not None and not weight.requires_grad:
    if transform is None:
      return __torch__.djladapters.transform.recorded(x, weight, bias, None, recording)
    if transform.task is not None:
      return __torch__.djladapters.transform.recorded(x, weight, bias, transform, recording)
  if transform is None:
    return __torch__.djladapters.product.linear(x, weight, bias, way)
  trial, rows = transform.trial, transform.rows
  if trial is not None:
    return __torch__.djladapters.product.linear(__torch__.djladapters.transform.note_rows(x, trial), weight, bias, way)
  if rows is not None:
    return __torch__.djladapters.transform.product_of_rows(x, weight, bias, rows, way)
  if transform.dense.numel() > 0:  # W' costs one product for every token, D besides W would cost two
    y = __torch__.djladapters.product.linear(x, __torch__.djladapters.transform.dense_weight(weight, transform), None, way)
  else:
    z = __torch__.djladapters.transform.rotated(x, transform)
    if recording is not None and not weight.requires_grad:
      y = recording.linear(z, weight, None, None)
    else:
      y = __torch__.djladapters.product.linear(z, weight, None, way)
  y = __torch__.djladapters.transform.with_low_rank(y, x, transform)
  return __torch__.djladapters.transform.with_outputs_changed(y, weight, bias, transform)

def addmm(bias: Tensor, x: Tensor, weight: Tensor, transform: Optional[__torch__.djladapters.transform.Transform], way: Optional[__torch__.djladapters.product.Way], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  # torch.addmm(b, x, W) with a transform; weight: (in, out)
  return __torch__.djladapters.transform.linear(x, weight.t(), bias, transform, way, recording)

def matmul(x: Tensor, weight: Tensor, transform: Optional[__torch__.djladapters.transform.Transform], way: Optional[__torch__.djladapters.product.Way], recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  # torch.matmul(x, W) with a transform; weight: (in, out)
  return __torch__.djladapters.transform.linear(x, weight.t(), None, transform, way, recording)

def embedding(weight: Tensor, ids: Tensor, padding: int, scaled: bool, sparse: bool, transform: Optional[__torch__.djladapters.transform.Transform]) -> Tensor:
  # torch.embedding with a transform of its weight (rows, features); outputs are the features
  y = torch.embedding(weight, ids, padding, scaled, sparse)
  if transform is None:
    return y
  if transform.dense.numel() > 0:
    y = y + torch.embedding(transform.dense.t(), ids, padding, scaled, sparse)
  if transform.down.numel() > 0:
    y = y + torch.linear(torch.embedding(transform.down.t(), ids, padding, scaled, sparse), transform.up)
  return __torch__.djladapters.transform.with_outputs_changed(y, weight.t(), None, transform)

def convolution(x: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int], transposed: bool, output_padding: List[int], groups: int, benchmark: bool, deterministic: bool, cudnn: bool, tf32: bool, transform: Optional[__torch__.djladapters.transform.Transform]) -> Tensor:
  # torch._convolution with a transform of its filters as rows (out, in * height * width)
  if transform is None:
    return torch._convolution(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32)
  z = x
  if transform.input.numel() > 0:  # filters of one pixel only: others are rotated themselves
    z = __torch__.djladapters.transform.rotated(x.movedim(-3, -1), transform).movedim(-1, -3)
  y = torch._convolution(z, weight, None, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32).movedim(-3, -1)
  if transform.dense.numel() > 0:
    dense = transform.dense.reshape(weight.size())
    y = y + torch._convolution(x, dense, None, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32).movedim(-3, -1)
  if transform.down.numel() > 0:
    z = x
    if transform.dropout.numel() > 0:
      z = torch.dropout(x, float(transform.dropout), True)
    down = transform.down.reshape([-1, weight.size(1), weight.size(2), weight.size(3)])
    z = torch._convolution(z, down, None, stride, padding, dilation, transposed, output_padding, groups, benchmark, deterministic, cudnn, tf32)
    y = y + torch.linear(z.movedim(-3, -1), transform.up)
  y = __torch__.djladapters.transform.with_outputs_changed(y, weight.reshape([weight.size(0), -1]), bias, transform)
  # contiguous as a convolution's result is, since programs may view it in another shape
  return y.movedim(-1, -3).contiguous()
