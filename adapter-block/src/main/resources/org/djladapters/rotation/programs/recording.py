# What a training pass of a model with sockets saves for its gradients.
#
# Linear layers with frozen weights, and sums of two tensors, run outside of autograd and are recorded. Each operation
# gives a tensor that autograd takes for a new beginning, so what autograd sees of the model are pieces between them:
# norms, attention, activations. The backward pass goes through the operations from the last to the first and lets
# autograd through a piece once all that is behind it is known; what an operation has saved is released then.
#
# A value is a tensor that flows into or out of operations. Its end takes its gradient: for the result of an operation
# a tensor whose grad autograd sets, for any other tensor one that hands the gradient on to autograd. Ends have the
# shape of the value but no memory of their own.
#
# With gradient checkpointing, a layer of the model is one operation, a segment: it saves its arguments and nothing else,
# and when the backward pass comes to it, it runs again and its own operations are recorded in its place.

# What the custom backward pass of an adapter asks of a layer: the layer runs with W' = W + B A (low_rank), with W' = W + D,
# D of circulant blocks, which comes as weight, with W' = C^T W, or with W' = W C^T (of_inputs). For W + B A the backward pass
# computes the gradients of A and B, for W + D that of the kernel of D, else that of a change X (blocks, n n) of the
# matrices that C is made of, see blocks.tangent.
class Task(NamedTuple):
  layer : int  # the number of the layer's socket
  low_rank : bool
  weight : Tensor  # W + D (out, in)
  down : Tensor  # A (r, in)
  up : Tensor  # B (out, r)
  rotation : Tensor  # blocks (distinct, b, b) of C
  blocks : int  # how many blocks C has
  size : int  # b, of the blocks of C or D
  of_inputs : bool  # whether C turns the inputs
  strided : bool  # whether blocks gather coordinates at equal distances, see blocks.py
  parts : List[int]  # the sizes of the parts of a block
  positions : Tensor  # (n n, m), see blocks.tangent
  signs : Tensor  # (n n, m)

def task_arrays() -> int:
  # how many tensors a task takes: Task.ARRAYS of Java
  return 4

def task(values: List[Tensor], start: int, code: Tensor) -> Optional[__torch__.djladapters.recording.Task]:
  # the task whose arrays begin at a position, as Task.arrays gives them; code: the number of the layer, then the numbers
  # of Task.code and zeros
  weight, first, second, rotation = values[start:start + __torch__.djladapters.recording.task_arrays()]
  if weight.numel() == 0 and first.numel() == 0 and rotation.numel() == 0:
    return None
  layer, kind = int(code[0]), int(code[1])
  none = torch.empty([0])
  parts = annotate(List[int], [])
  if kind == 1:
    return __torch__.djladapters.recording.Task(layer, True, weight, first, second, none, 0, 0, False, False, parts, none, none)
  if kind == 3:
    return __torch__.djladapters.recording.Task(layer, False, weight, none, none, none, 0, int(code[2]), False, False, parts, none, none)
  blocks, size, strided = int(code[2]), int(code[3]), int(code[4]) == 1
  for i in range(5, code.size(0)):
    if int(code[i]) > 0:
      parts.append(int(code[i]))
  # copies of Java's memory, which is gone before the backward pass
  positions, signs = first.clone(), second.clone()
  return __torch__.djladapters.recording.Task(layer, False, none, none, none, rotation, blocks, size, kind == 2, strided, parts, positions, signs)

# What is kept of a layer that the backward pass computes again.
class Segment(NamedTuple):
  number : int  # which layer
  arguments : List[Optional[Tensor]]
  values : List[int]  # the value that each is, -1 if it needs no gradient

class Recording:
  way : Optional[__torch__.djladapters.product.Way]
  none : Tensor
  values : List[Tensor]
  states : List[int]
  ends : List[Tensor]
  firsts : List[int]
  separate : List[bool]
  kinds : List[int]
  lefts : List[int]
  rights : List[int]
  results : List[int]
  weights : List[Tensor]
  rotations : List[Tensor]
  saved : List[Tensor]
  versions : List[int]
  tasks : List[Optional[__torch__.djladapters.recording.Task]]
  biases : List[Optional[Tensor]]
  originals : List[Tensor]
  stand_ins : List[Tensor]
  sent : List[Tensor]
  shared : List[bool]
  found : List[Tensor]
  segments : List[Optional[__torch__.djladapters.recording.Segment]]
  checkpoints : bool
  paused : bool
  adapted : bool
  arrived : Tensor
  def __init__(self: __torch__.djladapters.recording.Recording,
    way: Optional[__torch__.djladapters.product.Way],
    checkpoints: bool) -> NoneType:
    # values: the tensor while it may be met again, its version, which changes with it, its end, and the first operation
    # that takes it (-1 for results)
    self.way = way
    self.none = torch.empty([0])
    self.values = annotate(List[Tensor], [])
    self.states = annotate(List[int], [])
    self.ends = annotate(List[Tensor], [])
    self.firsts = annotate(List[int], [])
    # in the backward pass: what operations have sent, whether others have the same memory, and whether the gradient
    # that autograd adds to has memory of its own
    self.sent = annotate(List[Tensor], [])
    self.shared = annotate(List[bool], [])
    self.separate = annotate(List[bool], [])
    # operations: 0 linear layer, 1 sum, 2 output of the model, 3 segment, 4 beginning of a segment that runs again;
    # values in (-1: no gradient), value out (-1: none)
    self.kinds = annotate(List[int], [])
    self.lefts = annotate(List[int], [])
    self.rights = annotate(List[int], [])
    self.results = annotate(List[int], [])
    # of linear layers: W or W', the blocks of C that rotate results after it, the saved tensor and its version, and
    # what is to be computed from that, with the bias
    self.weights = annotate(List[Tensor], [])
    self.rotations = annotate(List[Tensor], [])
    self.saved = annotate(List[Tensor], [])
    self.versions = annotate(List[int], [])
    self.tasks = annotate(List[Optional[__torch__.djladapters.recording.Task]], [])
    self.biases = annotate(List[Optional[Tensor]], [])
    # tensors in sockets that have a history, and what stands for them
    self.originals = annotate(List[Tensor], [])
    self.stand_ins = annotate(List[Tensor], [])
    # what tasks have computed so far
    self.found = annotate(List[Tensor], [])
    # of segments: what is kept; whether layers are segments, whether one runs without being recorded, whether
    # something that needs gradients was met there, and the gradient of the results of the one that runs again
    self.segments = annotate(List[Optional[__torch__.djladapters.recording.Segment]], [])
    self.checkpoints = checkpoints
    self.paused = False
    self.adapted = False
    self.arrived = self.none
    return None

  def stand_in(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> Tensor:
    # what stands for a tensor in a socket, so that autograd goes through its history once instead of once a piece
    if not x.requires_grad or x.is_leaf:
      return x
    for i in range(len(self.originals)):
      if self.originals[i] is x:
        return self.stand_ins[i]
    copy = x.detach()
    copy.requires_grad_(True)
    self.originals.append(x)
    self.stand_ins.append(copy)
    return copy

  def transform(self: __torch__.djladapters.recording.Recording,
    transform: Optional[__torch__.djladapters.transform.Transform]) -> Optional[__torch__.djladapters.transform.Transform]:
    # what stands for the transform in a socket
    if transform is None:
      return None
    parts = annotate(List[Tensor], [])
    for part in __torch__.djladapters.transform.parts_of(transform):
      parts.append(self.stand_in(part))
    return __torch__.djladapters.transform.transform(parts, transform.task)

  def without_memory(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> Tensor:
    # the tensor with zeros in place of its memory
    torch.set_data(x, torch.zeros([1], dtype=x.dtype, device=x.device).expand(x.size()))
    return x

  def add_value(self: __torch__.djladapters.recording.Recording,
    x: Tensor,
    end: Tensor,
    first: int) -> int:
    # the number of a new value
    n = len(self.values)
    if n >= 6:  # a value is met again soon or never: to be met as another one costs time only
      self.values[n - 6] = self.none
    self.values.append(x)
    self.states.append(x._version())
    self.ends.append(end)
    self.firsts.append(first)
    self.sent.append(self.none)
    self.shared.append(False)
    self.separate.append(False)
    return n

  def value(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> int:
    # the number of the value that an operation takes, -1 if it needs no gradient
    if not x.requires_grad:
      return -1
    n = len(self.values)
    for i in range(min(n, 6)):
      if self.values[n - 1 - i] is x and self.states[n - 1 - i] == x._version():
        return n - 1 - i
    return self.add_value(x, self.without_memory(torch._unsafe_view(x, x.size())), len(self.kinds))

  def result(self: __torch__.djladapters.recording.Recording,
    y: Tensor) -> int:
    # the number of the value that an operation gives
    end = y.detach()
    end.requires_grad_(True)
    # its gradient is the very tensor that autograd has, so that what autograd adds up in place is never shared
    x = end.expand(end.size())
    return self.add_value(x, self.without_memory(end), -1)

  def add_operation(self: __torch__.djladapters.recording.Recording,
    kind: int,
    left: int,
    right: int,
    result: int,
    weight: Tensor,
    rotation: Tensor,
    saved: Tensor,
    task: Optional[__torch__.djladapters.recording.Task],
    bias: Optional[Tensor],
    segment: Optional[__torch__.djladapters.recording.Segment]) -> int:
    # records an operation, and gives the value of its result
    self.kinds.append(kind)
    self.lefts.append(left)
    self.rights.append(right)
    self.results.append(result)
    self.weights.append(weight)
    self.rotations.append(rotation)
    self.saved.append(saved)
    self.versions.append(saved._version())
    self.tasks.append(task)
    self.biases.append(bias)
    self.segments.append(segment)
    return result

  def drop_operation(self: __torch__.djladapters.recording.Recording) -> int:
    # releases the last operation, and tells how many are left
    kind, left, right, result = self.kinds.pop(), self.lefts.pop(), self.rights.pop(), self.results.pop()
    weight, rotation, saved, version = self.weights.pop(), self.rotations.pop(), self.saved.pop(), self.versions.pop()
    task, bias, segment = self.tasks.pop(), self.biases.pop(), self.segments.pop()
    return len(self.kinds)

  def linear(self: __torch__.djladapters.recording.Recording,
    x: Tensor,
    weight: Tensor,
    bias: Optional[Tensor],
    task: Optional[__torch__.djladapters.recording.Task]) -> Tensor:
    # x W^T + b, or with a task x W'^T + b, for x (..., in) and W (out, in)
    z = x.detach().reshape([-1, x.size(-1)])
    w = weight.detach()
    c = self.none
    blocks = 0
    if task is not None:
      blocks = task.blocks
      if task.low_rank:
        w = __torch__.djladapters.product.plus_low_rank(w, task.up.detach(), task.down.detach())
      elif task.weight.numel() > 0:
        w = task.weight
      elif task.of_inputs:
        w = __torch__.djladapters.blocks.input_weight(w, task.rotation, blocks, task.parts, task.strided)
      elif not task.strided and __torch__.djladapters.recording.rotates_rows(z, w, self.way):
        c = task.rotation
      else:
        w = __torch__.djladapters.blocks.weight(w, task.rotation, blocks, task.parts, task.strided)
    if c.numel() > 0:
      y = __torch__.djladapters.product.linear(z, w, None, self.way)
      y = __torch__.djladapters.blocks.filtered(y, c, blocks, bias, False)
    else:
      y = __torch__.djladapters.product.linear(z, w, bias, self.way)
    size = x.size()[:-1] + [w.size(0)]
    if self.paused:
      self.adapted = self.adapted or task is not None or x.requires_grad
      return y.reshape(size)
    left = self.value(x)
    if left < 0 and task is None:
      return y.reshape(size)
    saved = self.none
    constant = annotate(Optional[Tensor], None)
    if task is not None:
      saved = y
      if task.low_rank or task.weight.numel() > 0 or task.of_inputs:
        saved = z
      if bias is not None:
        constant = bias.detach()
    return self.values[self.add_operation(0, left, -1, self.result(y.reshape(size)), w, c, saved, task, constant, None)]

  def sum(self: __torch__.djladapters.recording.Recording,
    a: Tensor,
    b: Tensor) -> Tensor:
    # a + b
    if self.paused or not a.requires_grad or not b.requires_grad or a.size() != b.size() or a.dtype != b.dtype:
      return torch.add(a, b)
    left = self.value(a)
    right = self.value(b)
    result = self.result(torch.add(a.detach(), b.detach()))
    y = self.values[self.add_operation(1, left, right, result, self.none, self.none, self.none, None, None, None)]
    self.values[left] = self.none
    self.values[right] = self.none
    return y

  def output(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> Tensor:
    # what the model returns: the beginning of all that is computed from it
    if not x.requires_grad:
      return x
    left = self.value(x)
    y = x.detach()
    y.requires_grad_(True)
    result = self.add_operation(2, left, -1, self.add_value(y, y, -1), self.none, self.none, self.none, None, None, None)
    return self.values[result]

  def saves_boundaries(self: __torch__.djladapters.recording.Recording) -> bool:
    # whether a layer that is about to run is a segment
    return self.checkpoints and not self.paused

  def open_segment(self: __torch__.djladapters.recording.Recording,
    arguments: List[Optional[Tensor]]) -> List[Optional[Tensor]]:
    # begins a segment, in which nothing is recorded, and gives its arguments without their history
    self.paused = True
    self.adapted = False
    return __torch__.djladapters.recording.detached(arguments)

  def close_segment(self: __torch__.djladapters.recording.Recording,
    number: Optional[int],
    arguments: List[Optional[Tensor]],
    y: Tensor) -> Tensor:
    # records a segment that has given y, if something in it or before it needs gradients
    self.paused = False
    needed = self.adapted or y.requires_grad
    values = annotate(List[int], [])
    for x in arguments:
      value = -1
      if x is not None:
        value = self.value(x)
      values.append(value)
      needed = needed or value >= 0
    if number is None or not needed:
      return y
    kept = __torch__.djladapters.recording.detached(arguments)
    segment = __torch__.djladapters.recording.Segment(number, kept, values)
    return self.values[self.add_operation(3, -1, -1, self.result(y), self.none, self.none, self.none, None, None, segment)]

  def open_replay(self: __torch__.djladapters.recording.Recording,
    segment: __torch__.djladapters.recording.Segment) -> List[Optional[Tensor]]:
    # begins to run a segment again, whose operations are recorded now, and gives its arguments
    arguments = annotate(List[Optional[Tensor]], [])
    for i in range(len(segment.arguments)):
      x = segment.arguments[i]
      if x is not None and segment.values[i] >= 0:
        leaf = x.detach()
        leaf.requires_grad_(True)
        arguments.append(leaf)
      else:
        arguments.append(x)
    again = __torch__.djladapters.recording.Segment(segment.number, arguments, segment.values)
    n = self.add_operation(4, -1, -1, -1, self.none, self.none, self.none, None, None, again)
    return arguments

  def close_replay(self: __torch__.djladapters.recording.Recording,
    y: Tensor) -> int:
    # hands the gradient that has arrived on to the results of a segment that has run again, and tells how many
    # operations there are now
    if self.is_changed():
      ops.prim.RaiseException("the model changes in place what gradient checkpointing computes again")
    count = self.release_values()
    if y.requires_grad:
      self.arrived = self.hand_on(y, self.arrived, True)
    self.arrived = self.none
    return self.operations()

  def is_changed(self: __torch__.djladapters.recording.Recording) -> bool:
    # whether the model has changed in place what is saved
    changed = False
    for i in range(len(self.saved)):
      changed = changed or self.saved[i]._version() != self.versions[i]
    return changed

  def release_values(self: __torch__.djladapters.recording.Recording) -> int:
    # releases the values when the pass is over, and tells how many there were
    for i in range(len(self.values)):
      self.values[i] = self.none
    return len(self.values)

  def has_gradient(self: __torch__.djladapters.recording.Recording) -> bool:
    # whether a gradient of an output is there
    there = False
    for i in range(len(self.kinds)):
      if self.kinds[i] == 2:
        there = there or ops.prim.grad(self.ends[self.results[i]]).numel() > 0
    return there

  def gradient(self: __torch__.djladapters.recording.Recording,
    sent: Tensor,
    end: Tensor) -> Tensor:
    # the gradient of a result: what operations have sent and what autograd has set
    grad = ops.prim.grad(end)
    if grad.numel() == 0:
      return sent
    g = self.take(grad)
    if sent.numel() == 0:
      return g
    return torch.add(sent.reshape(g.size()), g)

  def take(self: __torch__.djladapters.recording.Recording,
    grad: Tensor) -> Tensor:
    # a gradient, and leaves integers in its place, to which autograd refuses to add another one
    g = grad.detach()
    torch.set_data(grad, torch.empty([0], dtype=4, device=grad.device))
    return g

  def close(self: __torch__.djladapters.recording.Recording,
    output: Tensor) -> Tensor:
    # has autograd refuse a gradient of an output that comes when this backward pass is over
    if ops.prim.grad(output).numel() == 0 and output.numel() > 0:
      zeros = torch.zeros([1], dtype=output.dtype, device=output.device).expand(output.size())
      torch.autograd.backward([output], annotate(List[Optional[Tensor]], [zeros]))
      return self.take(ops.prim.grad(output))
    return self.none

  def separate_gradients(self: __torch__.djladapters.recording.Recording,
    count: int) -> int:
    # gives gradients that wait for the first operations memory of their own before autograd adds to them in place, since
    # those of two results can be views of the same memory; tells how many
    changed = 0
    for i in range(count):
      result = self.results[i]
      if result >= 0:
        if not self.separate[result]:
          grad = ops.prim.grad(self.ends[result])
          if grad.numel() > 0:
            torch.set_data(grad, grad.detach().clone())
            self.separate[result] = True
            changed = changed + 1
    return changed

  def hand_on(self: __torch__.djladapters.recording.Recording,
    end: Tensor,
    grad: Tensor,
    shared: bool) -> Tensor:
    # hands a gradient on to autograd
    if grad.numel() > 0:
      g = grad.reshape(end.size())
      if shared:  # autograd may keep it and add to it
        g = g.clone()
      torch.autograd.backward([end], annotate(List[Optional[Tensor]], [g]), True)
    return self.none

  def send(self: __torch__.djladapters.recording.Recording,
    to: int,
    g: Tensor,
    shared: bool) -> int:
    # adds a gradient to that of a value, and gives the value
    self.shared[to] = shared and self.sent[to].numel() == 0
    if self.sent[to].numel() > 0:
      g = torch.add(self.sent[to].reshape(g.size()), g)
    self.sent[to] = g
    return to

  def go_on(self: __torch__.djladapters.recording.Recording,
    to: int,
    n: int) -> int:
    # hands the gradient of a value on to autograd if all that is behind the value is known when operation n is done
    if to >= 0:
      if self.firsts[to] == n:
        changed = self.separate_gradients(n)
        self.ends[to] = self.hand_on(self.ends[to], self.sent[to], self.shared[to])
        self.sent[to] = self.none
    return to

  def linear_backward(self: __torch__.djladapters.recording.Recording,
    n: int,
    gradient: Tensor) -> int:
    # takes the gradient of the results of a linear layer through it, and gives the value that it comes to
    left = self.lefts[n]
    task = self.tasks[n]
    g = gradient.reshape([-1, gradient.size(-1)])
    passed = self.none
    if task is not None:
      if task.of_inputs:
        passed = __torch__.djladapters.product.linear(g, self.weights[n].t(), None, self.way)
        self.found.extend(__torch__.djladapters.recording.results(task, self.saved[n], passed, None))
      else:
        self.found.extend(__torch__.djladapters.recording.results(task, self.saved[n], g, self.biases[n]))
    if left >= 0 and passed.numel() > 0:
      return self.send(left, passed, False)
    if left >= 0:
      if task is not None and self.rotations[n].numel() > 0:
        g = __torch__.djladapters.blocks.filtered(g, self.rotations[n], task.blocks, None, True)
      self.sent[left] = __torch__.djladapters.product.added(g, self.weights[n].t(), self.way, self.sent[left])
      self.shared[left] = False
    return left

  def begin_backward(self: __torch__.djladapters.recording.Recording) -> int:
    # begins the backward pass, which goes through the operations from the last to the first, and tells how many there are
    for i in range(len(self.kinds)):
      if self.kinds[i] == 2:
        closed = self.close(self.ends[self.results[i]])
    return self.operations()

  def operations(self: __torch__.djladapters.recording.Recording) -> int:
    # how many operations there are
    return len(self.kinds)

  def step_back(self: __torch__.djladapters.recording.Recording) -> Optional[__torch__.djladapters.recording.Segment]:
    # takes the gradients through the last operation and releases it. A segment is given back: it has to run again
    n = len(self.kinds) - 1
    kind, left, right, result, segment = self.kinds[n], self.lefts[n], self.rights[n], self.results[n], self.segments[n]
    g = self.none
    if result >= 0:
      g = self.gradient(self.sent[result], self.ends[result])
      self.sent[result] = self.none
      self.ends[result] = self.none
    if g.numel() > 0:
      if kind == 0:
        to = self.linear_backward(n, g)
      elif kind == 3:
        self.arrived = g
        count = self.drop_operation()
        return segment
      else:
        for to in [left, right]:
          if to >= 0:
            to = self.send(to, g, True)
    if segment is not None:
      for i in range(len(segment.arguments)):
        x = segment.arguments[i]
        if x is not None and kind == 4 and segment.values[i] >= 0:
          grad = ops.prim.grad(x)
          if grad.numel() > 0:
            to = self.send(segment.values[i], self.take(grad), False)
    count = self.drop_operation()
    left, right = self.go_on(left, n), self.go_on(right, n)
    if segment is not None:
      for to in segment.values:
        to = self.go_on(to, n)
    return None

  def end_backward(self: __torch__.djladapters.recording.Recording) -> List[Tensor]:
    # gradients of what stands in sockets, and the results of tasks: for every use of a layer that a gradient has
    # reached a header (2), the number of the layer and how many tensors, and these
    roots = annotate(List[Tensor], [])
    gradients = annotate(List[Optional[Tensor]], [])
    for i in range(len(self.originals)):
      grad = ops.prim.grad(self.stand_ins[i])
      if grad.numel() > 0:
        roots.append(self.originals[i])
        gradients.append(grad)
    if len(roots) > 0:
      torch.autograd.backward(roots, gradients)
    return self.found

def results(task: __torch__.djladapters.recording.Task, saved: Tensor, g: Tensor, bias: Optional[Tensor]) -> List[Tensor]:
  # what a task computes from the saved inputs or results and the gradient g of the results, after a header
  results = annotate(List[Tensor], [])
  if task.low_rank:
    results.extend(__torch__.djladapters.recording.factors(saved, g, task.down, task.up))
  elif task.weight.numel() > 0:
    results.append(__torch__.djladapters.circulant.kernel_gradient(saved, g, task.size))
  else:
    results.append(__torch__.djladapters.blocks.tangent(saved, g, bias, task.blocks, task.size, task.parts, task.strided, task.positions, task.signs))
  return [torch.tensor([task.layer, len(results)])] + results

def detached(arguments: List[Optional[Tensor]]) -> List[Optional[Tensor]]:
  # the arguments of a segment without their history
  found = annotate(List[Optional[Tensor]], [])
  for x in arguments:
    if x is None:
      found.append(None)
    else:
      found.append(x.detach())
  return found

def tensor(x: Optional[Tensor]) -> Tensor:
  # the argument of a segment that is a tensor
  found = torch.empty([0])
  if x is not None:
    found = x
  return found

def rotates_rows(z: Tensor, w: Tensor, way: Optional[__torch__.djladapters.product.Way]) -> bool:
  # whether the results of z (rows, in) are rotated instead of W (out, in)
  if way is None:
    return False
  return __torch__.djladapters.product.is_chosen(z, w, way) and __torch__.djladapters.blocks.on_rows(z.size(0), w)

def sum(a: Tensor, b: Tensor, recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  # a + b
  if recording is None:
    return torch.add(a, b)
  return recording.sum(a, b)

def factors(x: Tensor, g: Tensor, down: Tensor, up: Tensor) -> List[Tensor]:
  # gradients of A (r, in) and B (out, r) from inputs x (rows, in) and the gradient g (rows, out) of x (W + B A)^T;
  # without elements where not needed
  down_gradient = torch.empty([0])
  up_gradient = torch.empty([0])
  # few rows and long ones: the other way round these products take up to three times as long
  if down.requires_grad:
    down_gradient = torch.mm(torch.mm(up.detach().t().contiguous(), g.t()), x)
  if up.requires_grad:
    up_gradient = torch.mm(torch.mm(down.detach(), x.t()), g).t()
  return [down_gradient, up_gradient]

def open(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int, recording: __torch__.djladapters.recording.Recording) -> Dict[int, __torch__.djladapters.recording.Recording]:
  # the recordings with one more
  all = annotate(Dict[int, __torch__.djladapters.recording.Recording], {})
  if recordings is not None:
    all = recordings
  all[number] = recording
  return all

def finish(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], values: List[Tensor]) -> List[Tensor]:
  # ends a recording; values: its number, then the outputs of the pass. Gives whether the recording is of use, then the
  # outputs
  number = int(values[0])
  outputs = annotate(List[Tensor], [])
  useful = False
  if recordings is not None:
    recording = recordings[number]
    for output in values[1:]:
      outputs.append(recording.output(output))
    useful = not recording.is_changed()
    count = recording.release_values()
  return [torch.tensor(useful)] + outputs

def backward(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> List[Tensor]:
  # whether a gradient of an output is there, then what Recording.end_backward gives; for a recording without segments
  reached = False
  found = annotate(List[Tensor], [])
  if recordings is not None:
    recording = recordings[number]
    if recording.has_gradient():
      reached = True
      count = recording.begin_backward()
      while count > 0:
        segment = recording.step_back()
        count = recording.operations()
      found = recording.end_backward()
  return [torch.tensor(reached)] + found

def forget(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> int:
  # forgets a recording and tells how many are left
  left = 0
  if recordings is not None:
    if number in recordings:
      gone = recordings.pop(number)
    left = len(recordings)
  return left

def find(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> __torch__.djladapters.recording.Recording:
  # the recording of a number
  found = __torch__.djladapters.recording.Recording(None, False)
  if recordings is not None:
    found = recordings[number]
  return found
