# The ends of an export that computes in bfloat16 (see Bfloat16Export.java): its inputs and outputs are float32 as those of
# any other. Integers, ids and masks, stay as they are.

def input(x: Tensor) -> Tensor:
  if torch.is_floating_point(x):
    return torch.to(x, 15)
  return x

def optional(x: Optional[Tensor]) -> Optional[Tensor]:
  if x is None:
    return None
  return __torch__.djladapters.ends.input(x)

def output(x: Tensor) -> Tensor:
  if torch.is_floating_point(x):
    return torch.to(x, 6)
  return x

def outputs(x: Dict[str, Tensor]) -> Dict[str, Tensor]:
  floats = annotate(Dict[str, Tensor], {})
  for name in x.keys():
    floats[name] = __torch__.djladapters.ends.output(x[name])
  return floats
