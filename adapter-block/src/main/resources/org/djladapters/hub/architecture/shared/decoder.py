# What the programs of causal language models share: which tokens see which, and the cache of keys and values.
# Shapes: B texts, T new tokens, S all tokens so far, L layers, A heads, K heads of keys and values, D features of a head.

def positions(attention_mask: Tensor, tokens: int) -> Tensor:
  # the positions (B, T) of the last tokens of texts (B, S) that are padded at the left
  counts = torch.sub(torch.cumsum(torch.ne(attention_mask, 0), 1), 1)
  return torch.clamp(counts, 0).narrow(1, attention_mask.size(1) - tokens, tokens)

# A mask is 1 for tokens and 0 for padding. In training a row may have several texts, whose tokens have the numbers 1, 2, …

def several(attention_mask: Tensor) -> bool:
  # whether rows (B, T) have several texts
  return bool(torch.any(torch.gt(attention_mask, 1)))

def places(attention_mask: Tensor) -> Tensor:
  # the positions (1 or B, T) of all tokens, from 0 on in every row, or in each of several texts of a row
  places = torch.arange(attention_mask.size(1), device=attention_mask.device).unsqueeze(0)
  if __torch__.decoder.several(attention_mask):
    begins = torch.ne(attention_mask, torch.roll(attention_mask, [1], [1]))
    starts, at = torch.cummax(torch.mul(places, begins), 1)
    return torch.sub(places, starts)
  return places

def mask(attention_mask: Tensor, tokens: int, window: int) -> Optional[Tensor]:
  # which of all tokens each of the last ones sees (B, 1, T, S): those before it that are no padding, at most window of
  # them with itself (0: all), and of its own text. None if these are all before it and T is 1 or S
  all = attention_mask.size(1)
  real = torch.ne(attention_mask, 0)
  apart = tokens == all and __torch__.decoder.several(attention_mask)
  if not apart and (tokens == 1 or tokens == all) and (window == 0 or all <= window):
    if bool(torch.all(real)):
      return None
  places = torch.arange(all, device=attention_mask.device)
  own = places.narrow(0, all - tokens, tokens).unsqueeze(1)
  seen = torch.le(places, own)
  if window > 0:
    seen = torch.logical_and(seen, torch.gt(places, torch.sub(own, window)))
  if apart:
    seen = torch.logical_and(seen, torch.eq(attention_mask.unsqueeze(2), attention_mask.unsqueeze(1)))
  return torch.logical_and(seen, real.unsqueeze(1)).unsqueeze(1)

def around(attention_mask: Tensor, window: int) -> Optional[Tensor]:
  # which tokens each of all tokens sees in models that read both ways (B, 1, 1 or T, T): those that are no padding, and
  # fewer than window tokens away (0: all)
  real = torch.ne(attention_mask, 0).unsqueeze(1)
  if window == 0:
    return real.unsqueeze(1)
  places = torch.arange(attention_mask.size(1), device=attention_mask.device)
  near = torch.lt(torch.abs(torch.sub(places.unsqueeze(1), places)), window)
  return torch.logical_and(near, real).unsqueeze(1)

def attend(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor], scale: Optional[float]) -> Tensor:
  # attention (B, T, A D) of query (B, A, T, D) to key and value (B, K, S, D); A / K heads share keys and values.
  # scale: D^-1/2 if None
  batch, heads, tokens, features = query.size()
  groups = heads // key.size(1)
  if tokens == 1:  # heads with the same keys stand in the place of tokens, so that nothing is repeated
    rows = query.reshape([batch, key.size(1), groups, features])
    seen = mask
    if mask is not None:
      seen = mask.expand([batch, 1, groups, key.size(2)])
    attended = torch.scaled_dot_product_attention(rows, key, value, seen, 0., False, scale=scale)
    return attended.reshape([batch, 1, heads * features])
  k = __torch__.decoder.repeated(key, groups)
  v = __torch__.decoder.repeated(value, groups)
  attended = __torch__.attention.attend(query, k, v, mask, 0., mask is None, scale)
  return attended.transpose(1, 2).reshape([batch, tokens, heads * features])

def repeated(x: Tensor, groups: int) -> Tensor:
  # every head (B, K, S, D) so many times (B, K groups, S, D)
  if groups == 1:
    return x
  batch, heads, tokens, features = x.size()
  return x.unsqueeze(2).expand([batch, heads, groups, tokens, features]).reshape([batch, heads * groups, tokens, features])

# The cache (L, 2, B, K, room, D) holds keys and values, with room for tokens to come. It is written in place.

def with_room(cache: Tensor, sizes: List[int], attention_mask: Tensor, like: Tensor) -> Tensor:
  # a cache for all S tokens: the given one, which may be empty, or a larger one; sizes: L, K, D
  layers, heads, features = sizes
  all = attention_mask.size(1)
  room = 0
  if cache.numel() > 0:
    room = cache.size(4)
  if all <= room:
    return cache
  larger = torch.empty([layers, 2, attention_mask.size(0), heads, all + max(64, all // 4), features], dtype=like.dtype, device=like.device)
  if room > 0:
    torch.copy_(larger.narrow(4, 0, room), cache)
  return larger

def layer(cache: Optional[Tensor], number: int) -> Optional[Tensor]:
  # the part (2, B, K, room, D) of a layer
  if cache is None:
    return None
  return cache.select(0, number)

def with_past(cache: Optional[Tensor], part: int, new: Tensor, all: int) -> Tensor:
  # keys (part 0) or values (part 1) of all S tokens; the new ones (B, K, T, D) are the last of them and are kept
  if cache is None:
    return new
  kept = cache.select(0, part)
  torch.copy_(kept.narrow(2, all - new.size(2), new.size(2)), new)
  return kept.narrow(2, 0, all)

# The same as 2 L tensors (B, K, S, D), keys and values of layer after layer, which is how others hand it over.

def joined(parts: List[Tensor], sizes: List[int], attention_mask: Tensor, like: Tensor) -> Tensor:
  # a cache for all S tokens from what there is of tokens before; a single tensor without elements for nothing
  cache = __torch__.decoder.with_room(torch.empty([0]), sizes, attention_mask, like)
  if len(parts) > 1:
    for i in range(len(parts)):
      torch.copy_(cache.select(0, i // 2).select(0, i % 2).narrow(2, 0, parts[i].size(2)), parts[i])
  return cache

def parts(cache: Tensor, all: int) -> List[Tensor]:
  # what a cache holds of all S tokens
  return list(torch.unbind(cache.flatten(0, 1).narrow(3, 0, all).contiguous()))

def last(hidden: Tensor, real: Tensor) -> Tensor:
  # what a model gives (B, T, H) for the last real token of each text (B, H); real (B, T)
  places = torch.arange(real.size(1), device=real.device)
  return __torch__.decoder.at(hidden, torch.argmax(torch.mul(places, real), 1))

def at(hidden: Tensor, places: Tensor) -> Tensor:
  # the hidden state (B, T, H) at a place (B) of each text (B, H)
  return torch.gather(hidden, 1, places.reshape([-1, 1, 1]).expand([-1, 1, hidden.size(2)])).squeeze(1)
