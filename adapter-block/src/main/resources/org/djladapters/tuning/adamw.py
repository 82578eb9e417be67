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

  def sum(self, parameters: List[Tensor]) -> Tensor:
    # depends on every parameter
    total = torch.sum(parameters[0])
    for i in range(1, len(parameters)):
      total = total + torch.sum(parameters[i])
    return total

  def gradients(self, parameters: List[Tensor]) -> Tensor:
    # end to end, in float32 (6)
    flat = annotate(List[Tensor], [])
    for i in range(len(parameters)):
      flat.append(self.gradient(parameters[i]).reshape([-1]).to(6))
    return torch.cat(flat)

  def set_gradients(self, parameters: List[Tensor], values: Tensor) -> Tensor:
    at = 0
    for i in range(len(parameters)):
      gradient = self.gradient(parameters[i])
      size = torch.numel(gradient)
      gradient.copy_(values.narrow(0, at, size).view(gradient.size()))
      at = at + size
    return values

  def scale_gradients(self, parameters: List[Tensor], factor: Tensor) -> Tensor:
    for i in range(len(parameters)):
      gradient = self.gradient(parameters[i]).mul_(float(factor))
    return factor

  def clear_gradients(self, parameters: List[Tensor]) -> Tensor:
    for i in range(len(parameters)):
      gradient = self.gradient(parameters[i]).zero_()
    return parameters[0]

  def step(self, parameters: List[Tensor], means: List[Tensor], variances: List[Tensor], settings: Tensor) -> Tensor:
    # means, variances: one array of one dimension for every chunk
    # settings, on the CPU: the number of the step; the factor of the gradients; the number of parameters in every
    # chunk; the learning rate of every parameter; the decay of every parameter, its rate included, if there is decay
    numbers = annotate(List[float], settings.tolist())
    rates = 2 + len(means)
    decays = rates + len(parameters)
    mean_correction = 1.0 - 0.9 ** numbers[0]
    root_correction = (1.0 - 0.999 ** numbers[0]) ** 0.5
    start = 0
    for chunk in range(len(means)):
      count = int(numbers[2 + chunk])
      gradients = annotate(List[Tensor], [])
      flat = annotate(List[Tensor], [])
      for i in range(count):
        gradient = self.gradient(parameters[start + i])
        gradients.append(gradient)
        flat.append(gradient.reshape([-1]))
      all = torch.cat(flat) * numbers[1]
      mean = means[chunk].mul_(0.9).add_(all, alpha=0.1)
      variance = variances[chunk].mul_(0.999).addcmul_(all, all, value=0.001)
      direction = mean / (torch.sqrt(variance) / root_correction + 1e-08)
      at = 0
      for i in range(count):
        value = torch.detach(parameters[start + i])
        if decays < len(numbers):
          value.mul_(1.0 - numbers[decays + start + i])
        size = torch.numel(value)
        value.sub_(direction.narrow(0, at, size).view(value.size()), alpha=numbers[rates + start + i] / mean_correction)
        gradients[i].zero_()
        at = at + size
      start = start + count
    return settings[0]
