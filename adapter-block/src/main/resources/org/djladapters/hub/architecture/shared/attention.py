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

# Attention in both directions to tokens that are no farther away than the reach. Many tokens are cut into N blocks of S, which
# see the blocks beside them and themselves: neither time nor memory grows with the square of T.

def near(mask: Optional[Tensor], hidden: Tensor, reach: int) -> Tuple[Tensor, int]:
  # a mask for attend, and 0; or, for many tokens, a mask for attend_near (B N, 1, S, 3 S), and S. mask: that of bias
  batch, tokens = torch.size(hidden, 0), torch.size(hidden, 1)
  device = hidden.device
  block = 0
  scores = torch.zeros([1, 1, 1, 1], dtype=hidden.dtype, device=device)
  if mask is not None:
    scores = mask
  if tokens <= max(256, 4 * reach):
    places = torch.arange(tokens, device=device)
    hidden_keys = torch.gt(torch.abs(torch.sub(places, places.unsqueeze(1))), reach).unsqueeze(0).unsqueeze(0)
  else:
    block = max(reach, 16)
    count = (tokens + block - 1) // block
    rows = torch.arange(block, device=device).unsqueeze(1)
    columns = torch.arange(-block, 2 * block, device=device)
    places = torch.add(torch.mul(torch.arange(count, device=device), block).reshape([count, 1, 1, 1]), columns)
    outside = torch.logical_or(torch.lt(places, 0), torch.ge(places, tokens))
    hidden_keys = torch.logical_or(torch.gt(torch.abs(torch.sub(rows, columns)), reach), outside).repeat([batch, 1, 1, 1])
    if mask is not None:
      scores = __torch__.attention.with_neighbours(mask.transpose(2, 3), block).transpose(2, 3)
  return (torch.masked_fill(scores, hidden_keys, __torch__.attention.least(hidden)), block)

def attend_near(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor], block: int) -> Tensor:
  # attend of each block to those beside it and to itself
  batch, heads, tokens, features = query.size()
  missing = -tokens % block
  count = (tokens + missing) // block
  rows = torch.constant_pad_nd(query, [0, 0, 0, missing]).view([batch, heads, count, block, features])
  rows = rows.transpose(1, 2).reshape([batch * count, heads, block, features])
  keys = __torch__.attention.with_neighbours(key, block)
  values = __torch__.attention.with_neighbours(value, block)
  attended = __torch__.attention.attend(rows, keys, values, mask, 0., False, None)
  attended = attended.reshape([batch, count, heads, block, features]).transpose(1, 2)
  return attended.reshape([batch, heads, count * block, features]).narrow(2, 0, tokens)

def with_neighbours(x: Tensor, block: int) -> Tensor:
  # x (B, A, T, D) in blocks, each with that before and that behind it (B N, A, 3 S, D); zeros beyond the ends
  batch, heads, tokens, features = x.size()
  count = (tokens + block - 1) // block
  padded = torch.constant_pad_nd(x, [0, 0, block, (count + 1) * block - tokens])
  parts = padded.view([batch, heads, count + 2, block, features])
  near = torch.cat([torch.narrow(parts, 2, 0, count), torch.narrow(parts, 2, 1, count), torch.narrow(parts, 2, 2, count)], 3)
  return near.transpose(1, 2).reshape([batch * count, heads, 3 * block, features])
