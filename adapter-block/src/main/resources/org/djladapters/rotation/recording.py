# What a training pass of a model with sockets leaves behind for its gradients.
#
# Linear layers with frozen weights, and sums of two tensors, run outside of autograd and are recorded. Each operation
# gives a tensor that autograd takes for a new beginning, so what autograd sees of the model are pieces between them:
# norms, attention, activations. The backward pass goes through the operations from the last to the first and lets
# autograd through a piece once all that is behind it is known; what an operation has kept is dropped then.
#
# A value is a tensor that flows into or out of operations. Its end takes its gradient: for the result of an operation
# a tensor whose grad autograd sets, for any other tensor one that hands the gradient on to autograd. Ends have the
# shape of the value but no memory of their own.

class Recording:
  way : Optional[List[int]]
  none : Tensor
  seen : List[Tensor]
  states : List[int]
  ends : List[Tensor]
  firsts : List[int]
  parted : List[bool]
  kinds : List[int]
  lefts : List[int]
  rights : List[int]
  results : List[int]
  weights : List[Tensor]
  rotations : List[Tensor]
  kept : List[Tensor]
  versions : List[int]
  tasks : List[List[Tensor]]
  origins : List[Tensor]
  copies : List[Tensor]
  def __init__(self: __torch__.djladapters.recording.Recording,
    way: Optional[List[int]]) -> NoneType:
    # values: the tensor while it may be met again, its version, which changes with it, its end, and the first operation
    # that takes it (-1 for results)
    self.way = way
    self.none = torch.empty([0])
    self.seen = annotate(List[Tensor], [])
    self.states = annotate(List[int], [])
    self.ends = annotate(List[Tensor], [])
    self.firsts = annotate(List[int], [])
    # in the backward pass: whether the gradient that autograd adds to has memory of its own
    self.parted = annotate(List[bool], [])
    # operations: 0 linear layer, 1 sum, 2 output of the model; values in (-1: no gradient), value out
    self.kinds = annotate(List[int], [])
    self.lefts = annotate(List[int], [])
    self.rights = annotate(List[int], [])
    self.results = annotate(List[int], [])
    # of linear layers: W or W', what rotates results after it, what is kept and its version, and what is to be computed
    # from that, see linear
    self.weights = annotate(List[Tensor], [])
    self.rotations = annotate(List[Tensor], [])
    self.kept = annotate(List[Tensor], [])
    self.versions = annotate(List[int], [])
    self.tasks = annotate(List[List[Tensor]], [])
    # plugged tensors with a history and what stands for them
    self.origins = annotate(List[Tensor], [])
    self.copies = annotate(List[Tensor], [])
    return None

  def own(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> Tensor:
    # stands for what is plugged, so that autograd goes through its history once instead of once a piece
    if not x.requires_grad or x.is_leaf:
      return x
    for i in range(len(self.origins)):
      if self.origins[i] is x:
        return self.copies[i]
    copy = x.detach()
    copy.requires_grad_(True)
    self.origins.append(x)
    self.copies.append(copy)
    return copy

  def plugged(self: __torch__.djladapters.recording.Recording,
    transform: Optional[List[Tensor]]) -> int:
    if transform is not None:
      t = transform
      for i in range(11):
        t[i] = self.own(t[i])
    return len(self.origins)

  def hollow(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> Tensor:
    # the tensor with zeros in place of its memory
    torch.set_data(x, torch.zeros([1], dtype=x.dtype, device=x.device).expand(x.size()))
    return x

  def add(self: __torch__.djladapters.recording.Recording,
    x: Tensor,
    end: Tensor,
    first: int) -> int:
    n = len(self.seen)
    if n >= 6:  # a value is met again soon or never: to be met as another one costs time only
      self.seen[n - 6] = self.none
    self.seen.append(x)
    self.states.append(x._version())
    self.ends.append(end)
    self.firsts.append(first)
    return n

  def value(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> int:
    if not x.requires_grad:
      return -1
    n = len(self.seen)
    for i in range(min(n, 6)):
      if self.seen[n - 1 - i] is x and self.states[n - 1 - i] == x._version():
        return n - 1 - i
    return self.add(x, self.hollow(torch._unsafe_view(x, x.size())), len(self.kinds))

  def result(self: __torch__.djladapters.recording.Recording,
    y: Tensor) -> int:
    end = y.detach()
    end.requires_grad_(True)
    # its gradient is the very tensor that autograd has, so that what autograd adds up in place is never shared
    x = end.expand(end.size())
    return self.add(x, self.hollow(end), -1)

  def record(self: __torch__.djladapters.recording.Recording,
    kind: int,
    left: int,
    right: int,
    result: int,
    weight: Tensor,
    rotation: Tensor,
    kept: Tensor,
    adapter: List[Tensor]) -> Tensor:
    self.kinds.append(kind)
    self.lefts.append(left)
    self.rights.append(right)
    self.results.append(result)
    self.weights.append(weight)
    self.rotations.append(rotation)
    self.kept.append(kept)
    self.versions.append(kept._version())
    self.tasks.append(adapter)
    return self.seen[result]

  def linear(self: __torch__.djladapters.recording.Recording,
    x: Tensor,
    weight: Tensor,
    bias: Optional[Tensor],
    adapter: List[Tensor]) -> Tensor:
    # x W^T + b, or with an adapter x W'^T + b. adapter: nothing, or for an adapter
    #   0  W', or nothing where blocks rotate results
    #   1  the number of the layer, the kind, and for blocks: how many, of what size, sizes of their parts or 0
    #   2, 3  A and B of W' = W + B A, or positions and signs, see blocks.py
    #   4  blocks of C
    z = x.detach().reshape([-1, x.size(-1)])
    w = weight.detach()
    c = self.none
    if len(adapter) > 0:
      if adapter[0].numel() > 0:
        w = adapter[0]
      elif __torch__.djladapters.recording.rotates_rows(z, w, self.way):
        c = adapter[4]
      else:
        count = int(adapter[1][2])
        w = __torch__.djladapters.blocks.weight(w, adapter[4], count, __torch__.djladapters.recording.sizes(adapter[1]))
    if c.numel() > 0:
      y = __torch__.djladapters.product.linear(z, w, None, self.way)
      y = __torch__.djladapters.blocks.filtered(y, c, int(adapter[1][2]), bias, False)
    else:
      y = __torch__.djladapters.product.linear(z, w, bias, self.way)
    size = x.size()[:-1] + [w.size(0)]
    left = self.value(x)
    if left < 0 and len(adapter) == 0:
      return y.reshape(size)
    kept = self.none
    task = annotate(List[Tensor], [])
    if len(adapter) > 0:
      kept = y
      if int(adapter[1][1]) == 1:
        kept = z
      task.extend(adapter)
      if bias is not None:
        task.append(bias.detach())
    return self.record(0, left, -1, self.result(y.reshape(size)), w, c, kept, task)

  def sum(self: __torch__.djladapters.recording.Recording,
    a: Tensor,
    b: Tensor) -> Tensor:
    if not a.requires_grad or not b.requires_grad or a.size() != b.size() or a.dtype != b.dtype:
      return torch.add(a, b)
    left = self.value(a)
    right = self.value(b)
    y = self.record(1, left, right, self.result(torch.add(a.detach(), b.detach())), self.none, self.none, self.none, annotate(List[Tensor], []))
    self.seen[left] = self.none
    self.seen[right] = self.none
    return y

  def output(self: __torch__.djladapters.recording.Recording,
    x: Tensor) -> Tensor:
    # what the model returns: the beginning of all that is computed from it
    if not x.requires_grad:
      return x
    left = self.value(x)
    y = x.detach()
    y.requires_grad_(True)
    return self.record(2, left, -1, self.add(y, y, -1), self.none, self.none, self.none, annotate(List[Tensor], []))

  def changed(self: __torch__.djladapters.recording.Recording) -> bool:
    # whether the model has changed in place what is kept
    changed = False
    for i in range(len(self.kept)):
      changed = changed or self.kept[i]._version() != self.versions[i]
    return changed

  def sealed(self: __torch__.djladapters.recording.Recording) -> int:
    # lets go of the values when the pass is over
    for i in range(len(self.seen)):
      self.seen[i] = self.none
    return len(self.seen)

  def reached(self: __torch__.djladapters.recording.Recording) -> bool:
    # whether a gradient of an output is there
    reached = False
    for i in range(len(self.kinds)):
      if self.kinds[i] == 2:
        reached = reached or ops.prim.grad(self.ends[self.results[i]]).numel() > 0
    return reached

  def arrived(self: __torch__.djladapters.recording.Recording,
    sent: Tensor,
    end: Tensor) -> Tensor:
    # the gradient of a result: what operations have sent and what autograd has set
    grad = ops.prim.grad(end)
    if grad.numel() == 0:
      return sent
    g = self.taken(grad)
    if sent.numel() == 0:
      return g
    return torch.add(sent.reshape(g.size()), g)

  def taken(self: __torch__.djladapters.recording.Recording,
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
      return self.taken(ops.prim.grad(output))
    return self.none

  def part(self: __torch__.djladapters.recording.Recording,
    count: int) -> int:
    # gives gradients that wait for the first operations memory of their own before autograd adds to them in place, since
    # those of two results can be views of the same memory
    parted = 0
    for i in range(count):
      result = self.results[i]
      if not self.parted[result]:
        grad = ops.prim.grad(self.ends[result])
        if grad.numel() > 0:
          torch.set_data(grad, grad.detach().clone())
          self.parted[result] = True
          parted = parted + 1
    return parted

  def handed(self: __torch__.djladapters.recording.Recording,
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
    # gradients of all that autograd knows, and what was asked for: for every layer that a gradient has reached its
    # number, how many tensors, and these
    found = annotate(List[Tensor], [])
    sent = annotate(List[Tensor], [])
    shared = annotate(List[bool], [])
    for i in range(len(self.ends)):
      sent.append(self.none)
      shared.append(False)
      self.parted.append(False)
    count = len(self.kinds)
    for i in range(count):
      if self.kinds[i] == 2:
        closed = self.close(self.ends[self.results[i]])
    for i in range(count):
      n = count - 1 - i
      left = self.lefts[n]
      right = self.rights[n]
      result = self.results[n]
      g = self.arrived(sent[result], self.ends[result])
      sent[result] = self.none
      self.ends[result] = self.none
      if g.numel() > 0:
        if self.kinds[n] == 0:
          g = g.reshape([-1, g.size(-1)])
          found.extend(self.reduced(g, n))
          if left >= 0:
            if self.rotations[n].numel() > 0:
              blocks = int(self.tasks[n][1][2])
              g = __torch__.djladapters.blocks.filtered(g, self.rotations[n], blocks, None, True)
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
      self.kept[n] = self.none
      self.tasks[n] = annotate(List[Tensor], [])
      for to in [left, right]:
        if to >= 0:
          if self.firsts[to] == n:
            parted = self.part(n)
            self.ends[to] = self.handed(self.ends[to], sent[to], shared[to])
            sent[to] = self.none
    roots = annotate(List[Tensor], [])
    towards = annotate(List[Optional[Tensor]], [])
    for i in range(len(self.origins)):
      grad = ops.prim.grad(self.copies[i])
      if grad.numel() > 0:
        roots.append(self.origins[i])
        towards.append(grad)
    if len(roots) > 0:
      torch.autograd.backward(roots, towards)
    return found

  def reduced(self: __torch__.djladapters.recording.Recording,
    g: Tensor,
    n: int) -> List[Tensor]:
    # the number of the layer, how many arrays, and these; nothing without an adapter
    task = self.tasks[n]
    if len(task) == 0:
      return annotate(List[Tensor], [])
    if int(task[1][1]) == 1:
      results = __torch__.djladapters.recording.factors(self.kept[n], g, task[2], task[3])
    else:
      bias = annotate(Optional[Tensor], None)
      if len(task) > 5:
        bias = task[5]
      sizes = __torch__.djladapters.recording.sizes(task[1])
      results = [__torch__.djladapters.blocks.tangent(self.kept[n], g, bias, int(task[1][2]), int(task[1][3]), sizes, task[2], task[3])]
    return annotate(List[Tensor], [torch.stack([task[1][0], torch.tensor(len(results))])]) + results

def rotates_rows(z: Tensor, w: Tensor, way: Optional[List[int]]) -> bool:
  # whether results are rotated instead of W
  if way is None:
    return False
  return __torch__.djladapters.product.is_chosen(z, w, way) and __torch__.djladapters.blocks.on_rows(z.size(0), w)

def sizes(code: Tensor) -> List[int]:
  # of the parts of a block
  sizes = annotate(List[int], [])
  for i in range(4, code.size(0)):
    if int(code[i]) > 0:
      sizes.append(int(code[i]))
  return sizes

def sum(a: Tensor, b: Tensor, recording: Optional[__torch__.djladapters.recording.Recording]) -> Tensor:
  if recording is None:
    return torch.add(a, b)
  return recording.sum(a, b)

def factors(x: Tensor, g: Tensor, down: Tensor, up: Tensor) -> List[Tensor]:
  # gradients of A and B from inputs x and the gradient g of x (W + B A)^T; without elements where not needed
  none = torch.empty([0])
  results = annotate(List[Tensor], [none, none])
  # few rows and long ones: the other way round these products take up to three times as long
  if down.requires_grad:
    results[0] = torch.mm(torch.mm(up.detach().t().contiguous(), g.t()), x)
  if up.requires_grad:
    results[1] = torch.mm(torch.mm(down.detach(), x.t()), g).t()
  return results

def opened(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int, recording: __torch__.djladapters.recording.Recording) -> Dict[int, __torch__.djladapters.recording.Recording]:
  # the recordings with one more
  all = annotate(Dict[int, __torch__.djladapters.recording.Recording], {})
  if recordings is not None:
    all = recordings
  all[number] = recording
  return all

def finished(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], values: List[Tensor]) -> List[Tensor]:
  # ends a recording; values: its number, the outputs of the pass. Gives whether the recording is of use, and the outputs
  results = annotate(List[Tensor], [torch.tensor(False)])
  if recordings is not None:
    recording = recordings[int(values[0])]
    for i in range(1, len(values)):
      results.append(recording.output(values[i]))
    results[0] = torch.tensor(not recording.changed())
    n = recording.sealed()
  return results

def backward(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> List[Tensor]:
  # whether a gradient of an output is there, and what Recording.backward gives
  results = annotate(List[Tensor], [torch.tensor(False)])
  if recordings is not None:
    recording = recordings[number]
    if recording.reached():
      results[0] = torch.tensor(True)
      results.extend(recording.backward())
  return results

def forgotten(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> int:
  # forgets a recording and tells how many are left
  left = 0
  if recordings is not None:
    if number in recordings:
      gone = recordings.pop(number)
    left = len(recordings)
  return left

def recording(recordings: Optional[Dict[int, __torch__.djladapters.recording.Recording]], number: int) -> __torch__.djladapters.recording.Recording:
  found = __torch__.djladapters.recording.Recording(None)
  if recordings is not None:
    found = recordings[number]
  return found
