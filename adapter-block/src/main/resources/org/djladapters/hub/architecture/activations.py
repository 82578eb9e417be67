# Activation functions that the engine has no operator for.

def gelu_tanh(x: Tensor) -> Tensor:
  return torch.gelu(x, approximate="tanh")

def quick_gelu(x: Tensor) -> Tensor:
  return torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))

def relu_squared(x: Tensor) -> Tensor:
  return torch.square(torch.relu(x))
