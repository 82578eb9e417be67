# Numbers of distances. name: that of the function; count: how many there are for a direction; exact: how many of these stand
# for one distance each; log: of the longest distance, relative to them; both: whether there are two directions.

# Numbers distances from a query to a key: one bucket for each of the shortest ones in a direction, and buckets of growing
# width for the others, whose last one takes what is farther.
def $name(distances: Tensor) -> Tensor:
#if both
  length = torch.abs(distances)
#else
  length = torch.clamp(torch.neg(distances), 0)
#end
  wide = torch.mul(torch.div(torch.log(torch.div(length.float(), $exact)), $log), $count - $exact).long()
  wide = torch.clamp(torch.add(wide, $exact), None, $count - 1)
  near = torch.where(torch.lt(length, $exact), length, wide)
#if both
  return torch.add(near, torch.gt(distances, 0).long(), alpha=$count)
#else
  return near
#end
