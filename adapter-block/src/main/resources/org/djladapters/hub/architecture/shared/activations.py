# Activation functions that the engine has no operator for.

def gelu_tanh(x: Tensor) -> Tensor:
  return torch.gelu(x, approximate="tanh")

def gelu_clipped(x: Tensor) -> Tensor:
  return torch.clamp(torch.gelu(x), -10., 10.)

def quick_gelu(x: Tensor) -> Tensor:
  return torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))

def relu_squared(x: Tensor) -> Tensor:
  return torch.square(torch.relu(x))

# The distribution function of a normal one with mean sqrt(1/2) and variance 1/(4 pi) (arXiv 2209.10655).
def laplace(x: Tensor) -> Tensor:
  scaled = torch.div(torch.sub(x, 0.707107), 0.282095 * 1.4142135623730951)
  return torch.mul(torch.add(torch.erf(scaled), 1.), 0.5)

def identity(x: Tensor) -> Tensor:
  return x
