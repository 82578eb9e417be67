# Rotary positions: by what angles pairs of features turn, and turning them. Shapes: B texts, T tokens, A heads with D features.

def frequencies(positions: Tensor) -> Tensor:
  # by what angle a step from one position to the next turns pairs of features (D / 2), in float32
  wavelengths = torch.pow($theta, torch.div(torch.arange(0, $rotated, 2, dtype=6, device=positions.device), $rotated))
#if linear
  return torch.div(torch.reciprocal(wavelengths), $factor)
#end
#if dynamic
  longest = torch.add(torch.max(positions), 1)
  if int(longest) > $positions:
    stretch = torch.sub(torch.div(torch.mul(longest, $factor), $positions), $factor - 1)
    base = torch.mul(torch.pow(stretch, $rotated / ($rotated - 2)), $theta)
    wavelengths = torch.pow(base, torch.div(torch.arange(0, $rotated, 2, dtype=6, device=positions.device), $rotated))
  return torch.reciprocal(wavelengths)
#end
#if llama3
  plain = torch.reciprocal(wavelengths)
  steps = torch.mul(torch.reciprocal(plain), 2 * 3.141592653589793)  # of a whole turn
  low = torch.gt(steps, $original_positions / $low_factor)
  high = torch.lt(steps, $original_positions / $high_factor)
  smooth = torch.div(torch.sub(torch.mul(torch.reciprocal(steps), $original_positions), $low_factor), $high_factor - $low_factor)
  between = torch.add(torch.div(torch.mul(torch.rsub(smooth, 1), plain), $factor), torch.mul(smooth, plain))
  return torch.where(low, torch.div(plain, $factor), torch.where(high, plain, between))
#end
#if yarn
  ramp = torch.div(torch.sub(torch.arange($rotated // 2, dtype=6, device=positions.device), $first), $last - $first)
  kept = torch.rsub(torch.clamp(ramp, 0, 1), 1)
  stretched = torch.mul(torch.reciprocal(torch.mul(wavelengths, $factor)), torch.rsub(kept, 1))
  return torch.add(stretched, torch.mul(torch.reciprocal(wavelengths), kept))
#end
#if longrope
  factors = [$short_factors]
  if int(torch.max(positions)) >= $original_positions:
    factors = [$long_factors]
  return torch.reciprocal(torch.mul(wavelengths, torch.tensor(factors, dtype=6, device=positions.device)))
#end
#if plain
  return torch.reciprocal(wavelengths)
#end

def angles(positions: Tensor, frequencies: Tensor, type: int) -> Tuple[Tensor, Tensor]:
  # cosines and sines (B or 1, 1, T, D) for positions (B or 1, T); sines have the sign of the first of a pair
  turns = torch.mul(positions.to(6).unsqueeze(2), frequencies).unsqueeze(1)
  cos, sin = torch.cos(turns), torch.sin(turns)
#if scaled
  cos, sin = torch.mul(cos, $attention_factor), torch.mul(sin, $attention_factor)
#end
  return (torch.cat([cos, cos], 3).to(type), torch.cat([torch.neg(sin), sin], 3).to(type))

def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  # features d and d + D / 2 (B, A, T, D) turned as a pair
#if partial
  y, others = torch.split_with_sizes(x, [$rotated, $head_size - $rotated], 3)
  y = torch.add(torch.mul(y, cos), torch.mul(torch.roll(y, [$rotated // 2], [3]), sin))
  return torch.cat([y, others], 3)
#else
  return torch.add(torch.mul(x, cos), torch.mul(torch.roll(x, [$head_size // 2], [3]), sin))
#end
