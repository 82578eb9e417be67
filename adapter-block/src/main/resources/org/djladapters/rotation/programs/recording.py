# Records a training pass of a model with sockets, and goes back through it.
#
# Linear layers with frozen weights, and sums of two tensors, run outside of autograd and are recorded. Each operation
# gives a tensor that autograd takes for a new beginning, so what autograd sees of the model are pieces between them:
# norms, attention, activations. The backward pass goes through the operations from the last to the first and lets
# autograd through a piece once all that is behind it is known; what an operation has saved is released then.
#
# With gradient checkpointing, a layer of the model is one operation, a segment: it saves its arguments and nothing else,
# and when the backward pass comes to it, it runs again and its own operations are recorded in its place.

# The custom backward pass of a layer with W' = W + B A, which gives the gradients of A and B.
class LowRankTask(NamedTuple):
  down : Tensor  # A (r, in)
  up : Tensor  # B (out, r)

# That of a layer with W' = W + D, D of circulant blocks, which gives the gradient of the kernel of D.
class CirculantTask(NamedTuple):
  weight : Tensor  # W' (out, in)
  size : int  # of a block

# That of a layer with W' = C^T W, or W' = W C^T where C turns the inputs, which gives the gradient of a change X (count,
# n n) of the matrices that C is made of, see blocks.tangent.
class RotationTask(NamedTuple):
  rotation : __torch__.djladapters.blocks.Rotation
  of_inputs : bool
  positions : Tensor  # (n n, m)
  signs : Tensor  # (n n, m)

# One of these.
class Task(NamedTuple):
  layer : int  # the number of the layer's socket
  low_rank : Optional[__torch__.djladapters.recording.LowRankTask]
  circulant : Optional[__torch__.djladapters.recording.CirculantTask]
  rotation : Optional[__torch__.djladapters.recording.RotationTask]

def task_arrays() -> int:
  # how many tensors a task takes: Task.ARRAYS of Java
  return 4

def task(values: List[Tensor], start: int, code: Tensor) -> Optional[__torch__.djladapters.recording.Task]:
  # the task whose arrays begin at a position, as Task.arrays gives them; code: the number of the layer, then the numbers
  # of Task.code and zeros
  low_rank_kind, circulant_kind, input_rotation_kind = 1, 2, 3
  weight, first, second, block = values[start:start + __torch__.djladapters.recording.task_arrays()]
  if weight.numel() == 0 and first.numel() == 0 and block.numel() == 0:
    return None
  layer, kind = int(code[0]), int(code[1])
  if kind == low_rank_kind:
    return __torch__.djladapters.recording.Task(layer, __torch__.djladapters.recording.LowRankTask(first, second), None, None)
  if kind == circulant_kind:
    return __torch__.djladapters.recording.Task(layer, None, __torch__.djladapters.recording.CirculantTask(weight, int(code[2])), None)
  count, strided = int(code[2]), int(code[3]) == 1
  parts = annotate(List[int], [])
  for i in range(4, code.size(0)):
    if int(code[i]) > 0:
      parts.append(int(code[i]))
  rotation = __torch__.djladapters.blocks.Rotation(block, count, parts, strided)
  # copies of Java's memory, which is gone before the backward pass
  positions, signs = first.clone(), second.clone()
  return __torch__.djladapters.recording.Task(layer, None, None, __torch__.djladapters.recording.RotationTask(rotation, kind == input_rotation_kind, positions, signs))

def gradients(task: __torch__.djladapters.recording.Task, saved: Tensor, g: Tensor, bias: Optional[Tensor]) -> List[Tensor]:
  # what a task computes from what a layer has saved and the gradient g that stands beside it: a header (2), the number of
  # the layer and how many tensors, and these
  low_rank, circulant, rotation = task.low_rank, task.circulant, task.rotation
  results = annotate(List[Tensor], [])
  if low_rank is not None:
    results.extend(__torch__.djladapters.recording.factor_gradients(saved, g, low_rank.down, low_rank.up))
  if circulant is not None:
    wide_x, wide_g = __torch__.djladapters.product.wide(saved), __torch__.djladapters.product.wide(g)
    results.append(__torch__.djladapters.circulant.kernel_gradient(wide_x, wide_g, circulant.size))
  if rotation is not None:
    results.append(__torch__.djladapters.blocks.tangent(saved, g, bias, rotation.rotation, rotation.positions, rotation.signs))
  return [torch.tensor([task.layer, len(results)])] + results

def factor_gradients(x: Tensor, g: Tensor, down: Tensor, up: Tensor) -> List[Tensor]:
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

# A tensor that flows into or out of operations. Its end takes its gradient: for the result of an operation a tensor whose
# grad autograd sets, for any other value one that gives the gradient to autograd. Ends have the shape of the value but no
# memory of their own.
class Value:
  tensor : Tensor  # without elements once it is not to be met again
  version : int  # of the tensor, which changes with it
  end : Tensor
  first : int  # the first operation that takes the value, -1 for results
  sent : Tensor  # the sum of the gradients that operations have sent, without elements at first
  is_shared : bool  # whether the memory of what was sent is that of others, too
  is_separate : bool  # whether the gradient that autograd adds to has memory of its own
  def __init__(self, tensor: Tensor, end: Tensor, first: int, none: Tensor) -> NoneType:
    self.tensor = tensor
    self.version = tensor._version()
    self.end = end
    self.first = first
    self.sent = none
    self.is_shared = False
    self.is_separate = False
    return None

# What is kept of a linear layer.
class Layer(NamedTuple):
  weight : Tensor  # W or W' (out, in)
  rotation : Optional[__torch__.djladapters.blocks.Rotation]  # that rotates the results, in the place of W' = C^T W
  task : Optional[__torch__.djladapters.recording.Task]
  saved : Tensor  # for the task: x (rows, in), or y (rows, out) where C turns the outputs
  reduced : Tensor  # x A^T (rows, r), where B A acts on activations; else without elements
  version : int  # of the saved tensor
  bias : Optional[Tensor]

# An argument of a segment.
class Argument(NamedTuple):
  tensor : Optional[Tensor]  # without its history
  value : Optional[__torch__.djladapters.recording.Value]  # None if it needs no gradient

# What is kept of a layer of the model that the backward pass computes again.
class Segment(NamedTuple):
  number : int  # which layer
  arguments : List[__torch__.djladapters.recording.Argument]

# A linear layer; a segment; the beginning of a segment that runs again, which has no result; else a sum, or an output of
# the model, which send their gradient to their inputs as it is.
class Operation(NamedTuple):
  inputs : List[__torch__.djladapters.recording.Value]  # those that need gradients
  result : Optional[__torch__.djladapters.recording.Value]
  layer : Optional[__torch__.djladapters.recording.Layer]
  segment : Optional[__torch__.djladapters.recording.Segment]

# What stands for a tensor with a history in a socket.
class StandIn(NamedTuple):
  original : Tensor
  copy : Tensor

class Recording:
  way : Optional[__torch__.djladapters.product.Way]
  none : Tensor  # without elements
  zero : Tensor  # what stands for the memory of ends
  recorded : List[__torch__.djladapters.recording.Operation]
  results : List[__torch__.djladapters.recording.Value]  # those of the recorded operations
  recent : List[__torch__.djladapters.recording.Value]  # the last values, which can be met again
  outputs : List[__torch__.djladapters.recording.Value]
  stand_ins : List[__torch__.djladapters.recording.StandIn]
  found : List[Tensor]  # what tasks have computed so far
  checkpoints : bool  # whether layers are segments
  is_paused : bool  # whether a segment runs, of which nothing is recorded
  is_adapted : bool  # whether it has met something that needs gradients
  arrived : Tensor  # the gradient of the results of the segment that runs again
  def __init__(self, way: Optional[__torch__.djladapters.product.Way], checkpoints: bool) -> NoneType:
    self.way = way
    self.none = torch.empty([0])
    self.zero = torch.zeros([1])
    self.recorded = annotate(List[__torch__.djladapters.recording.Operation], [])
    self.results = annotate(List[__torch__.djladapters.recording.Value], [])
    self.recent = annotate(List[__torch__.djladapters.recording.Value], [])
    self.outputs = annotate(List[__torch__.djladapters.recording.Value], [])
    self.stand_ins = annotate(List[__torch__.djladapters.recording.StandIn], [])
    self.found = annotate(List[Tensor], [])
    self.checkpoints = checkpoints
    self.is_paused = False
    self.is_adapted = False
    self.arrived = self.none
    return None

  # Before the pass: what stands in sockets

  def stand_in(self, x: Tensor) -> Tensor:
    # what stands for a tensor in a socket, so that autograd goes through its history once instead of once a piece
    if not x.requires_grad or x.is_leaf:
      return x
    for known in self.stand_ins:
      if known.original is x:
        return known.copy
    copy = x.detach()
    copy.requires_grad_(True)
    self.stand_ins.append(__torch__.djladapters.recording.StandIn(x, copy))
    return copy

  def transform(self, transform: Optional[__torch__.djladapters.transform.Transform]) -> Optional[__torch__.djladapters.transform.Transform]:
    # what stands for the transform in a socket
    if transform is None:
      return None
    parts = annotate(List[Tensor], [])
    for part in __torch__.djladapters.transform.parts_of(transform):
      parts.append(self.stand_in(part))
    return __torch__.djladapters.transform.transform(parts, transform.task)

  # The pass

  def linear(self, x: Tensor, weight: Tensor, bias: Optional[Tensor], task: Optional[__torch__.djladapters.recording.Task]) -> Tensor:
    # x W^T + b, or with a task x W'^T + b, for x (..., in) and W (out, in)
    z = x.detach().reshape([-1, x.size(-1)])
    w = weight.detach()
    after = annotate(Optional[__torch__.djladapters.blocks.Rotation], None)
    saves_results = False
    start, reduced = self.none, self.none
    if task is not None:
      low_rank, circulant, rotation = task.low_rank, task.circulant, task.rotation
      if low_rank is not None:
        up, down = low_rank.up.detach(), low_rank.down.detach()
        if __torch__.djladapters.product.is_narrow(w):
          # on activations: W + B A would lose most of B A, which is smaller than the last digit of W
          reduced = torch.mm(z, down.to(w.dtype).t())
          start = __torch__.djladapters.product.linear(reduced, up.to(w.dtype), bias, None)
        else:
          w = __torch__.djladapters.product.plus_low_rank(w, up, down)
      if circulant is not None:
        w = circulant.weight
      if rotation is not None:
        saves_results = not rotation.of_inputs
        if rotation.of_inputs:
          w = __torch__.djladapters.blocks.input_weight(w, rotation.rotation)
        elif not rotation.rotation.strided and __torch__.djladapters.recording.rotates_rows(z, w, self.way):
          after = rotation.rotation
        else:
          w = __torch__.djladapters.blocks.weight(w, rotation.rotation)
    if start.numel() > 0:
      y = torch.addmm_(start, z, w.t())
    elif after is None:
      y = __torch__.djladapters.product.linear(z, w, bias, self.way)
    else:
      y = __torch__.djladapters.product.linear(z, w, None, self.way)
      y = __torch__.djladapters.blocks.filtered(y, after, bias, False)
    shape = x.size()[:-1] + [w.size(0)]
    if self.is_paused:
      self.is_adapted = self.is_adapted or task is not None or x.requires_grad
      return y.reshape(shape)
    inputs = self.inputs([x])
    if len(inputs) == 0 and task is None:
      return y.reshape(shape)
    saved = self.none
    constant = annotate(Optional[Tensor], None)
    if task is not None:
      saved = z
      if saves_results:
        saved = y
      if bias is not None:
        constant = bias.detach()
    layer = __torch__.djladapters.recording.Layer(w, after, task, saved, reduced, saved._version(), constant)
    return self.record(inputs, self.result(y.reshape(shape)), layer, None)

  def sum(self, a: Tensor, b: Tensor) -> Tensor:
    # a + b
    if self.is_paused or not a.requires_grad or not b.requires_grad or a.size() != b.size() or a.dtype != b.dtype:
      return torch.add(a, b)
    inputs = self.inputs([a, b])
    y = self.record(inputs, self.result(torch.add(a.detach(), b.detach())), None, None)
    for value in inputs:
      value.tensor = self.none
    return y

  def output(self, x: Tensor) -> Tensor:
    # what the model returns: the beginning of all that is computed from it
    if not x.requires_grad:
      return x
    inputs = self.inputs([x])
    y = x.detach()
    y.requires_grad_(True)
    result = self.remember(__torch__.djladapters.recording.Value(y, y, -1, self.none))
    self.outputs.append(result)
    return self.record(inputs, result, None, None)

  def is_changed(self) -> bool:
    # whether the model has changed in place what is saved
    changed = False
    for operation in self.recorded:
      layer = operation.layer
      if layer is not None:
        changed = changed or layer.saved._version() != layer.version
    return changed

  def forget_values(self) -> NoneType:
    # releases the tensors of values when the pass is over
    for value in self.recent:
      value.tensor = self.none
    self.recent.clear()
    return None

  def inputs(self, tensors: List[Tensor]) -> List[__torch__.djladapters.recording.Value]:
    # the values that an operation takes, of the tensors that need gradients
    values = annotate(List[__torch__.djladapters.recording.Value], [])
    for x in tensors:
      value = self.value(x)
      if value is not None:
        values.append(value)
    return values

  def value(self, x: Tensor) -> Optional[__torch__.djladapters.recording.Value]:
    # the value that an operation takes, None if it needs no gradient
    if not x.requires_grad:
      return None
    n = len(self.recent)
    for i in range(n):
      known = self.recent[n - 1 - i]
      if known.tensor is x and known.version == x._version():
        return known
    end = self.without_memory(torch._unsafe_view(x, x.size()))
    return self.remember(__torch__.djladapters.recording.Value(x, end, len(self.recorded), self.none))

  def result(self, y: Tensor) -> __torch__.djladapters.recording.Value:
    # the value that an operation gives
    end = y.detach()
    end.requires_grad_(True)
    # its gradient is the very tensor that autograd has, so that what autograd adds up in place is never shared
    x = end.expand(end.size())
    return self.remember(__torch__.djladapters.recording.Value(x, self.without_memory(end), -1, self.none))

  def remember(self, value: __torch__.djladapters.recording.Value) -> __torch__.djladapters.recording.Value:
    # a new value, to be met again soon or never: to be met as another one costs time only
    if len(self.recent) == 6:
      oldest = self.recent.pop(0)
      oldest.tensor = self.none
    self.recent.append(value)
    return value

  def without_memory(self, x: Tensor) -> Tensor:
    # the tensor with zeros in place of its memory
    if self.zero.dtype != x.dtype or self.zero.device != x.device:
      self.zero = torch.zeros([1], dtype=x.dtype, device=x.device)
    torch.set_data(x, self.zero.expand(x.size()))
    return x

  def record(self, inputs: List[__torch__.djladapters.recording.Value], result: __torch__.djladapters.recording.Value, layer: Optional[__torch__.djladapters.recording.Layer], segment: Optional[__torch__.djladapters.recording.Segment]) -> Tensor:
    # records an operation, and gives the tensor of its result
    self.recorded.append(__torch__.djladapters.recording.Operation(inputs, result, layer, segment))
    self.results.append(result)
    return result.tensor

  # Segments, in the pass

  def saves_boundaries(self) -> bool:
    # whether a layer that is about to run is a segment
    return self.checkpoints and not self.is_paused

  def open_segment(self, arguments: List[Optional[Tensor]]) -> List[Optional[Tensor]]:
    # begins a segment, in which nothing is recorded, and gives its arguments without their history
    self.is_paused = True
    self.is_adapted = False
    return __torch__.djladapters.recording.detached(arguments)

  def close_segment(self, number: int, arguments: List[Optional[Tensor]], y: Tensor) -> Tensor:
    # records a segment that has given y, if something in it or before it needs gradients
    self.is_paused = False
    needed = self.is_adapted or y.requires_grad
    inputs = annotate(List[__torch__.djladapters.recording.Value], [])
    kept = annotate(List[__torch__.djladapters.recording.Argument], [])
    for x in arguments:
      if x is None:
        kept.append(__torch__.djladapters.recording.Argument(None, None))
      else:
        value = self.value(x)
        if value is not None:
          inputs.append(value)
        kept.append(__torch__.djladapters.recording.Argument(x.detach(), value))
    if not (needed or len(inputs) > 0):
      return y
    segment = __torch__.djladapters.recording.Segment(number, kept)
    return self.record(inputs, self.result(y), None, segment)

  # Segments, in the backward pass

  def open_replay(self, segment: __torch__.djladapters.recording.Segment) -> List[Optional[Tensor]]:
    # begins to run a segment again, whose operations are recorded now, and gives its arguments
    given = annotate(List[Optional[Tensor]], [])
    inputs = annotate(List[__torch__.djladapters.recording.Value], [])
    kept = annotate(List[__torch__.djladapters.recording.Argument], [])
    for argument in segment.arguments:
      x, value = argument.tensor, argument.value
      if x is not None and value is not None:
        leaf = x.detach()
        leaf.requires_grad_(True)
        given.append(leaf)
        inputs.append(value)
        kept.append(__torch__.djladapters.recording.Argument(leaf, value))
      else:
        given.append(x)
    beginning = __torch__.djladapters.recording.Segment(segment.number, kept)
    self.recorded.append(__torch__.djladapters.recording.Operation(inputs, None, None, beginning))
    return given

  def close_replay(self, y: Tensor) -> int:
    # gives the gradient that has arrived to the results of a segment that has run again, and tells how many operations
    # there are now
    if self.is_changed():
      ops.prim.RaiseException("the model changes in place what gradient checkpointing computes again")
    self.forget_values()
    if y.requires_grad:
      self.give_to_autograd(y, self.arrived, True)
    self.arrived = self.none
    return self.operations()

  # The backward pass

  def has_gradient(self) -> bool:
    # whether a gradient of an output is there
    there = False
    for output in self.outputs:
      there = there or ops.prim.grad(output.end).numel() > 0
    return there

  def begin_backward(self) -> int:
    # begins the backward pass, which goes through the operations from the last to the first, and tells how many there are
    for output in self.outputs:
      self.close(output.end)
    return self.operations()

  def operations(self) -> int:
    # how many operations there are
    return len(self.recorded)

  def step_back(self) -> Optional[__torch__.djladapters.recording.Segment]:
    # takes the gradients through the last operation and releases it. A segment is given back: it has to run again
    operation = self.recorded.pop()
    inputs, result, segment = operation.inputs, operation.result, operation.segment
    if result is not None:
      done = self.results.pop()
      g = self.gradient(result)
      if g.numel() > 0:
        layer = operation.layer
        if layer is not None:
          self.linear_backward(layer, inputs, g)
        elif segment is not None:
          self.arrived = g
          return segment
        else:
          for value in inputs:
            self.send(value, g, True)
    elif segment is not None:
      for argument in segment.arguments:
        x, value = argument.tensor, argument.value
        if x is not None and value is not None:
          grad = ops.prim.grad(x)
          if grad.numel() > 0:
            self.send(value, self.take(grad), False)
    for value in inputs:
      if value.first == len(self.recorded):  # no operation that is left has taken it
        self.give_on(value)
    return None

  def linear_backward(self, layer: __torch__.djladapters.recording.Layer, inputs: List[__torch__.djladapters.recording.Value], gradient: Tensor) -> NoneType:
    # sends the gradient (..., out) of the results of a linear layer to its inputs, if it is needed there, and finds what
    # its task computes
    g = gradient.reshape([-1, gradient.size(-1)])
    back = layer.weight.t()
    task, rotation = layer.task, layer.rotation
    if task is not None:
      turned = task.rotation
      if turned is not None and turned.of_inputs:
        passed = __torch__.djladapters.product.linear(g, back, None, self.way)
        self.found.extend(__torch__.djladapters.recording.gradients(task, layer.saved, passed, None))
        for value in inputs:
          self.send(value, passed, False)
        return None
      low_rank = task.low_rank
      if low_rank is not None and layer.reduced.numel() > 0:
        self.activations_backward(low_rank, task.layer, layer, inputs, g)
      else:
        self.found.extend(__torch__.djladapters.recording.gradients(task, layer.saved, g, layer.bias))
    for value in inputs:  # one at most
      if rotation is not None:
        g = __torch__.djladapters.blocks.filtered(g, rotation, None, True)
      value.sent = __torch__.djladapters.product.added(g, back, self.way, value.sent, not value.is_shared)
      value.is_shared = False
    return None

  def activations_backward(self, factors: __torch__.djladapters.recording.LowRankTask, number: int, layer: __torch__.djladapters.recording.Layer, inputs: List[__torch__.djladapters.recording.Value], g: Tensor) -> NoneType:
    # sends the part of B A in the gradient to the inputs of a layer where B A acts on activations, and finds the gradients
    # of A and B; g (rows, out)
    down_gradient, up_gradient = self.none, self.none
    reduced = torch.mm(g, factors.up.detach().to(g.dtype))
    if factors.down.requires_grad:
      down_gradient = torch.mm(reduced.t(), layer.saved)
    if factors.up.requires_grad:
      up_gradient = torch.mm(g.t(), layer.reduced)
    self.found.extend([torch.tensor([number, 2]), down_gradient, up_gradient])
    for value in inputs:  # one at most
      down = factors.down.detach().to(g.dtype)
      value.sent = __torch__.djladapters.product.added(reduced, down.t(), None, value.sent, not value.is_shared)
      value.is_shared = False
    return None

  def gradient(self, result: __torch__.djladapters.recording.Value) -> Tensor:
    # takes the gradient of a result, what operations have sent and what autograd has set, and releases the rest
    g = result.sent
    grad = ops.prim.grad(result.end)
    if grad.numel() > 0:
      own = self.take(grad)
      if g.numel() > 0:
        own = torch.add(g.reshape(own.size()), own)
      g = own
    result.sent = self.none
    result.end = self.none
    return g

  def take(self, grad: Tensor) -> Tensor:
    # a gradient, and leaves integers in its place, to which autograd refuses to add another one
    g = grad.detach()
    torch.set_data(grad, torch.empty([0], dtype=4, device=grad.device))
    return g

  def send(self, value: __torch__.djladapters.recording.Value, gradient: Tensor, is_shared: bool) -> NoneType:
    # adds a gradient to that of a value
    g = gradient
    value.is_shared = is_shared and value.sent.numel() == 0
    if value.sent.numel() > 0:
      g = torch.add(value.sent.reshape(g.size()), g)
    value.sent = g
    return None

  def give_on(self, value: __torch__.djladapters.recording.Value) -> NoneType:
    # gives what was sent to a value to autograd, which takes it through the piece of the model before
    self.separate_gradients()
    self.give_to_autograd(value.end, value.sent, value.is_shared)
    value.end = self.none
    value.sent = self.none
    return None

  def separate_gradients(self) -> NoneType:
    # gives gradients that wait for operations memory of their own before autograd adds to them in place, since those of
    # two results can be views of the same memory
    for result in self.results:
      if not result.is_separate:
        grad = ops.prim.grad(result.end)
        if grad.numel() > 0:
          torch.set_data(grad, grad.detach().clone())
          result.is_separate = True
    return None

  def give_to_autograd(self, end: Tensor, gradient: Tensor, is_shared: bool) -> NoneType:
    # has autograd go on from an end with its gradient, if there is one
    if gradient.numel() > 0:
      g = gradient.reshape(end.size())
      if is_shared:  # autograd may keep it and add to it
        g = g.clone()
      torch.autograd.backward([end], annotate(List[Optional[Tensor]], [g]), True)
    return None

  def close(self, output: Tensor) -> NoneType:
    # has autograd refuse a gradient of an output that comes when this backward pass is over
    if ops.prim.grad(output).numel() == 0 and output.numel() > 0:
      zeros = torch.zeros([1], dtype=output.dtype, device=output.device).expand(output.size())
      torch.autograd.backward([output], annotate(List[Optional[Tensor]], [zeros]))
      self.take(ops.prim.grad(output))
    return None

  def end_backward(self) -> List[Tensor]:
    # takes the gradients of what stands in sockets through its history, and gives the results of tasks for every use of a
    # layer that a gradient has reached
    roots = annotate(List[Tensor], [])
    gradients = annotate(List[Optional[Tensor]], [])
    for known in self.stand_ins:
      grad = ops.prim.grad(known.copy)
      if grad.numel() > 0:
        roots.append(known.original)
        gradients.append(grad)
    if len(roots) > 0:
      torch.autograd.backward(roots, gradients)
    return self.found

def rotates_rows(z: Tensor, w: Tensor, way: Optional[__torch__.djladapters.product.Way]) -> bool:
  # whether the results of z (rows, in) are rotated instead of W (out, in)
  if way is None:
    return False
  return __torch__.djladapters.product.is_chosen(z, w, way) and __torch__.djladapters.blocks.on_rows(z.size(0), w)

# Called by the layers of models, see LayerSegments.java and SocketSurgery.java

def sum(a: Tensor, b: Tensor, recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  # a + b
  if recording is None:
    return torch.add(a, b)
  return recording.sum(a, b)

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

# Called by the methods of models that Java calls, with the recordings of a model by their numbers

def open(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int, recording: __torch__.djladapters.recording.Recording) -> Dict[int, __torch__.djladapters.recording.Recording]:
  # the recordings with one more
  all = annotate(Dict[int, __torch__.djladapters.recording.Recording], {})
  if recordings is not None:
    all = recordings
  all[number] = recording
  return all

def find(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> __torch__.djladapters.recording.Recording:
  # the recording of a number
  found = __torch__.djladapters.recording.Recording(None, False)
  if recordings is not None:
    found = recordings[number]
  return found

def finish(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], values: List[Tensor]) -> List[Tensor]:
  # ends a recording; values: its number, then the outputs of the pass. Gives whether the recording is of use, then the
  # outputs
  recording = __torch__.djladapters.recording.find(recordings, int(values[0]))
  outputs = annotate(List[Tensor], [])
  for output in values[1:]:
    outputs.append(recording.output(output))
  useful = not recording.is_changed()
  recording.forget_values()
  return [torch.tensor(useful)] + outputs

def backward(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> List[Tensor]:
  # whether a gradient of an output is there, then what Recording.end_backward gives; for a recording without segments
  recording = __torch__.djladapters.recording.find(recordings, number)
  reached = recording.has_gradient()
  found = annotate(List[Tensor], [])
  if reached:
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
