# AdamW on any number of parameters in one call. Many small arrays cost more in calls than in arithmetic, so the
# gradients of a chunk of parameters are laid end to end, as their moments are.

class AdamW(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def gradient(self, parameter: Tensor) -> Tensor:
    # zeros for a parameter that no loss has depended on yet
    gradient = parameter.grad
    if torch.numel(gradient) == 0:
      gradient = torch.zeros_like(torch.detach(parameter))
    return gradient

  def norm(self, tensors: List[Tensor]) -> Tensor:
    # the Euclidean norm of all numbers together, in float64 (7)
    values = annotate(List[Tensor], [])
    for i in range(len(tensors)):
      values.append(torch.detach(tensors[i]))
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(values)).to(7))

  def gradient_norm(self, parameters: List[Tensor]) -> Tensor:
    gradients = annotate(List[Tensor], [])
    for i in range(len(parameters)):
      gradients.append(self.gradient(parameters[i]))
    return self.norm(gradients)

  def step(self, parameters: List[Tensor], means: List[Tensor], variances: List[Tensor], settings: Tensor) -> Tensor:
    # means, variances: one array of one dimension for every chunk
    # settings, on the CPU: the number of the step; the factor of the gradients; the number of parameters in every
    # chunk; the learning rate of every parameter; the decay of every parameter, its rate included
    numbers = torch.unbind(settings)
    step = int(numbers[0])
    factor = float(numbers[1])
    rates = 2 + len(means)
    decays = rates + len(parameters)
    mean_correction = 1.0 - 0.9 ** step
    root_correction = (1.0 - 0.999 ** step) ** 0.5
    start = 0
    for chunk in range(len(means)):
      end = start + int(numbers[2 + chunk])
      flat = annotate(List[Tensor], [])
      for i in range(start, end):
        flat.append(self.gradient(parameters[i]).reshape([-1]))
      gradient = torch.cat(flat) * factor
      mean = means[chunk].mul_(0.9).add_(gradient, alpha=0.1)
      variance = variances[chunk].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
      direction = mean / (torch.sqrt(variance) / root_correction + 1e-08)
      at = 0
      for i in range(start, end):
        value = torch.detach(parameters[i])
        decay = float(numbers[decays + i])
        if decay != 0.0:
          value.mul_(1.0 - decay)
        size = torch.numel(value)
        part = direction.narrow(0, at, size).reshape(value.size())
        value.sub_(part, alpha=float(numbers[rates + i]) / mean_correction)
        at = at + size
        if torch.numel(parameters[i].grad) > 0:
          parameters[i].grad.zero_()
      start = end
    return numbers[0]
