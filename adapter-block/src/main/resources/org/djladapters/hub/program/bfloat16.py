# What an export that computes in bfloat16 calls, see Bfloat16Export.java. Its inputs and outputs are float32 as those of any
# other; integers, ids and masks, stay as they are.

def input(x: Tensor) -> Tensor:
  if torch.is_floating_point(x):
    return torch.to(x, 15)
  return x

def optional(x: Optional[Tensor]) -> Optional[Tensor]:
  if x is None:
    return None
  return __torch__.djladapters.bfloat16.input(x)

def output(x: Tensor) -> Tensor:
  if torch.is_floating_point(x):
    return torch.to(x, 6)
  return x

def outputs(x: Dict[str, Tensor]) -> Dict[str, Tensor]:
  floats = annotate(Dict[str, Tensor], {})
  for name in x.keys():
    floats[name] = __torch__.djladapters.bfloat16.output(x[name])
  return floats

def attention(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor], causal: bool, scale: Optional[float]) -> Tensor:
  # in the place of the engine's operator, whose backward pass in bfloat16 takes many times as long
  if query.dim() == 4 and key.dim() == 4:
    return __torch__.djladapters.attention.attend(query, key, value, mask, 0., causal, scale)
  return torch.scaled_dot_product_attention(query, key, value, mask, 0., causal, scale=scale)
