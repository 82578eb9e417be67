# What attention over padded rows needs. Shapes: B rows, T tokens.

def length(attention_mask: Tensor) -> int:
  # how many columns of (B, T) there are up to the last one that is a token in any row; all where there is no token
  used = torch.nonzero(torch.any(torch.ne(attention_mask, 0), 0))
  if torch.eq(torch.size(used, 0), 0):
    return torch.size(attention_mask, 1)
  return torch.add(int(torch.max(used)), 1)

def shortened(x: Tensor, length: int) -> Tensor:
  # the first columns of (B, T)
  return torch.narrow(x, 1, 0, length)

def optional(x: Optional[Tensor], length: int) -> Optional[Tensor]:
  # the first columns of what may be left out
  if x is None:
    return None
  return torch.narrow(x, 1, 0, length)

def padded(x: Tensor, length: int) -> Tensor:
  # x (B, T, features) with zeros behind, up to a length
  missing = torch.sub(length, torch.size(x, 1))
  if torch.eq(missing, 0):
    return x
  zeros = torch.zeros([torch.size(x, 0), missing, torch.size(x, 2)], dtype=x.dtype, device=x.device)
  return torch.cat([x, zeros], 1)

def least(like: Tensor) -> float:
  # a number so low that whatever score is added to it has no weight in a softmax, without becoming infinite
  if torch.eq(like.dtype, 5):
    return -32768.
  if torch.eq(like.dtype, 15):
    return -3.3895313892515355e+38
  return -3.4028234663852886e+38

def bias(attention_mask: Tensor, like: Tensor) -> Optional[Tensor]:
  # what is added to the scores of attention, (B, 1, 1, T) in the type of the features; None where nothing is padding.
  # A row without tokens attends to all, as the models' exports have it, instead of being not a number
  padding = torch.eq(attention_mask, 0)
  if not bool(torch.any(padding)):
    return None
  zeros = torch.zeros(torch.size(padding), dtype=like.dtype, device=like.device)
  scores = torch.masked_fill(zeros, padding, __torch__.attention.least(like))
  return torch.unsqueeze(torch.unsqueeze(scores, 1), 2)
