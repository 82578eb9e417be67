# Attention, and what it needs over padded rows. Shapes: B rows, T tokens, A heads, S keys, D features of a head.

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

def attend(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor], dropout: float, causal: bool, scale: Optional[float]) -> Tensor:
  # softmax(scale Q K^T + mask) V (B, A, T, D) for query (B, A, T, D), key and value (B, A, S, D). scale: D^-1/2 if None;
  # a mask is what is added, or which keys are seen; causal: a token sees those before it and itself
  trains = torch.is_grad_enabled() and (query.requires_grad or key.requires_grad or value.requires_grad)
  if not __torch__.attention.is_short(query, key, trains):
    return torch.scaled_dot_product_attention(query, key, value, mask, dropout, causal, scale=scale)
  batch, heads, tokens, features = query.size()
  keys = key.size(2)
  factor = features ** -0.5
  if scale is not None:
    factor = scale
  q = torch.mul(query, factor).reshape([batch * heads, tokens, features])
  scores = torch.bmm(q, key.reshape([batch * heads, keys, features]).transpose(1, 2)).view([batch, heads, tokens, keys])
  hides = causal
  seen = torch.empty([0])
  if causal:
    seen = torch.ones([tokens, keys], dtype=11, device=query.device).tril()
  if mask is not None:
    if torch.eq(mask.dtype, 11):
      if causal:
        seen = torch.logical_and(seen, mask)
      else:
        seen = mask
      hides = True
    else:
      scores = torch.add_(scores, mask)
  if hides:  # a token that sees nothing gets zeros. Operators of PyTorch 2.1, since merged models go to other machines
    hidden = torch.logical_not(seen)
    scores = torch.masked_fill_(scores, hidden, __torch__.attention.least(scores))
    weights = torch.masked_fill(torch.softmax(scores, -1), hidden, 0.)
  else:
    weights = torch.softmax(scores, -1)
  if dropout > 0.:
    weights = torch.dropout(weights, dropout, True)
  weights = weights.reshape([batch * heads, tokens, keys])
  return torch.bmm(weights, value.reshape([batch * heads, keys, features])).view([batch, heads, tokens, features])

def is_short(query: Tensor, key: Tensor, trains: bool) -> bool:
  # whether two products and a softmax take less time than the engine's operator for attention. On a CPU they do for few
  # tokens, and in bfloat16 for more of them: there the operator's backward pass takes many times as long, but for one short
  # row the operator alone is faster
  tokens = max(query.size(2), key.size(2))
  if not query.is_cpu or query.size(2) == 1:
    return False
  if torch.eq(query.dtype, 15):
    return tokens <= 256 and (trains or tokens > 64 or query.size(0) > 1)
  if torch.eq(query.dtype, 6):
    if trains:
      return tokens <= 128
    return tokens <= 64
  return False
