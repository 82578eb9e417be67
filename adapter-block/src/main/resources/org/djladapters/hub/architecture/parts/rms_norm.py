# A norm without a mean. norms_after: whether the weight is multiplied before the result is rounded.

class RmsNorm(Module):
  __parameters__ = ["weight", ]
  weight : Tensor  # [size]
  def forward(self, x: Tensor) -> Tensor:
    y = x.to(6)
    y = torch.mul(y, torch.rsqrt(torch.add(torch.mean(torch.square(y), [-1], True), $eps)))
#if norms_after
    return torch.mul(y, self.weight).to(x.dtype)
#else
    return torch.mul(y.to(x.dtype), self.weight)
#end
