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

# What the custom backward pass of an adapter asks of a layer: the layer runs with W' = W + B A (low_rank) or W + D, D of
# circulant blocks, which come as weight, with W' = C^T W, or with W' = W C^T (of_inputs). For W + B A the backward pass
# computes the gradients of A and B, for W + D that of the kernel of D, else that of a change X (blocks, n n) of the
# matrices that C is made of, see blocks.tangent.
class Task(NamedTuple):
  layer : int  # the number of the layer's socket
  low_rank : bool
  weight : Tensor  # W + B A or W + D (out, in)
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
  if weight.numel() == 0 and rotation.numel() == 0:
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
  def __init__(self: __torch__.djladapters.recording.Recording,
    way: Optional[__torch__.djladapters.product.Way]) -> NoneType:
    # values: the tensor while it may be met again, its version, which changes with it, its end, and the first operation
    # that takes it (-1 for results)
    self.way = way
    self.none = torch.empty([0])
    self.values = annotate(List[Tensor], [])
    self.states = annotate(List[int], [])
    self.ends = annotate(List[Tensor], [])
    self.firsts = annotate(List[int], [])
    # in the backward pass: whether the gradient that autograd adds to has memory of its own
    self.separate = annotate(List[bool], [])
    # operations: 0 linear layer, 1 sum, 2 output of the model; values in (-1: no gradient), value out
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
    bias: Optional[Tensor]) -> Tensor:
    # records an operation and gives its result
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
    return self.values[result]

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
      if task.weight.numel() > 0:
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
    left = self.value(x)
    if left < 0 and task is None:
      return y.reshape(size)
    saved = self.none
    constant = annotate(Optional[Tensor], None)
    if task is not None:
      saved = y
      if task.weight.numel() > 0 or task.of_inputs:
        saved = z
      if bias is not None:
        constant = bias.detach()
    return self.add_operation(0, left, -1, self.result(y.reshape(size)), w, c, saved, task, constant)

  def sum(self: __torch__.djladapters.recording.Recording,
    a: Tensor,
    b: Tensor) -> Tensor:
    # a + b
    if not a.requires_grad or not b.requires_grad or a.size() != b.size() or a.dtype != b.dtype:
      return torch.add(a, b)
    left = self.value(a)
    right = self.value(b)
    result = self.result(torch.add(a.detach(), b.detach()))
    y = self.add_operation(1, left, right, result, self.none, self.none, self.none, None, None)
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
    return self.add_operation(2, left, -1, self.add_value(y, y, -1), self.none, self.none, self.none, None, None)

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

  def backward(self: __torch__.djladapters.recording.Recording) -> List[Tensor]:
    # gradients of all that autograd knows, and the results of tasks: for every use of a layer that a gradient has
    # reached a header (2), the number of the layer and how many tensors, and these
    found = annotate(List[Tensor], [])
    sent = annotate(List[Tensor], [])
    shared = annotate(List[bool], [])
    for i in range(len(self.ends)):
      sent.append(self.none)
      shared.append(False)
      self.separate.append(False)
    count = len(self.kinds)
    for i in range(count):
      if self.kinds[i] == 2:
        closed = self.close(self.ends[self.results[i]])
    for i in range(count):
      n = count - 1 - i
      left = self.lefts[n]
      right = self.rights[n]
      result = self.results[n]
      g = self.gradient(sent[result], self.ends[result])
      sent[result] = self.none
      self.ends[result] = self.none
      if g.numel() > 0:
        if self.kinds[n] == 0:
          g = g.reshape([-1, g.size(-1)])
          task = self.tasks[n]
          passed = self.none
          if task is not None:
            if task.of_inputs:
              passed = __torch__.djladapters.product.linear(g, self.weights[n].t(), None, self.way)
              found.extend(__torch__.djladapters.recording.results(task, self.saved[n], passed, None))
            else:
              found.extend(__torch__.djladapters.recording.results(task, self.saved[n], g, self.biases[n]))
          if left >= 0 and passed.numel() > 0:
            if sent[left].numel() > 0:
              passed = torch.add(sent[left].reshape(passed.size()), passed)
            sent[left] = passed
            shared[left] = False
          elif left >= 0:
            if task is not None and self.rotations[n].numel() > 0:
              g = __torch__.djladapters.blocks.filtered(g, self.rotations[n], task.blocks, None, True)
            sent[left] = __torch__.djladapters.product.added(g, self.weights[n].t(), self.way, sent[left])
            shared[left] = False
        else:
          for to in [left, right]:
            if to >= 0:
              shared[to] = sent[to].numel() == 0
              if shared[to]:
                sent[to] = g
              else:
                sent[to] = torch.add(sent[to].reshape(g.size()), g)
      self.weights[n] = self.none
      self.rotations[n] = self.none
      self.saved[n] = self.none
      self.tasks[n] = None
      self.biases[n] = None
      for to in [left, right]:
        if to >= 0:
          if self.firsts[to] == n:
            changed = self.separate_gradients(n)
            self.ends[to] = self.hand_on(self.ends[to], sent[to], shared[to])
            sent[to] = self.none
    roots = annotate(List[Tensor], [])
    gradients = annotate(List[Optional[Tensor]], [])
    for i in range(len(self.originals)):
      grad = ops.prim.grad(self.stand_ins[i])
      if grad.numel() > 0:
        roots.append(self.originals[i])
        gradients.append(grad)
    if len(roots) > 0:
      torch.autograd.backward(roots, gradients)
    return found

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
  # whether a gradient of an output is there, then what Recording.backward gives
  reached = False
  found = annotate(List[Tensor], [])
  if recordings is not None:
    recording = recordings[number]
    if recording.has_gradient():
      reached = True
      found = recording.backward()
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
  found = __torch__.djladapters.recording.Recording(None)
  if recordings is not None:
    found = recordings[number]
  return found
