# The loss of classes that are learned from labels and a teacher, called by DistilledTask.java.

class Distillation(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def mixed(self, own: Tensor, logits: Tensor, taught: Tensor, settings: Tensor) -> Tensor:
    # own: the loss of the labels; logits, taught: (B, classes); settings: the temperature; the weight of the teacher
    options = annotate(List[float], settings.tolist())
    temperature, weight = options[0], options[1]
    wanted = torch.log_softmax(taught / temperature, 1)
    found = torch.log_softmax(logits / temperature, 1)
    divergence = torch.mean(torch.sum(torch.exp(wanted) * (wanted - found), [1]))
    return own * (1.0 - weight) + divergence * (weight * temperature * temperature)
