# Numbers of distances. half: how many there are for each direction; exact: how many of these stand for one distance each; log:
# of the longest distance, relative to them.

# Numbers distances from a query to a key: one bucket for each of the shortest ones before it and after it, and buckets of
# growing width for the others, whose last one takes what is farther.
def buckets(distances: Tensor) -> Tensor:
  length = torch.abs(distances)
  wide = torch.mul(torch.div(torch.log(torch.div(length.float(), $exact)), $log), $half - $exact).long()
  wide = torch.clamp(torch.add(wide, $exact), None, $half - 1)
  near = torch.where(torch.lt(length, $exact), length, wide)
  return torch.add(near, torch.gt(distances, 0).long(), alpha=$half)
