# The root of a causal language model, and the model with its head. base, norm: the modules of features and of their last norm;
# kept: the shape of keys and values; sizes: layers, heads of keys and values, features of each.

class Export(Module):
#if head
  model : __torch__.${family}WithHead
#else
  model : __torch__.${family}Model
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
    positions = __torch__.decoder.places(attention_mask)
#if causal_lm
    hidden = self.model.$base.forward(input_ids, positions, attention_mask, None)
#if judges
    last = self.model.logits(__torch__.decoder.last(hidden, torch.ne(attention_mask, 0)))
    score = torch.select(last, 1, $yes)
#if no
    score = torch.sub(score, torch.select(last, 1, $no))
#end
    return {"logits": torch.unsqueeze(score, 1)}
#else
    return {"logits": self.model.logits(hidden)}
#end
#end
#if sequence
    hidden = self.model.$base.forward(input_ids, positions, attention_mask, None)
#if pads
    real = torch.ne(input_ids, $pad)
#else
    real = torch.ne(attention_mask, 0)
#end
    return {"logits": self.model.score.forward(__torch__.decoder.last(hidden, real))}
#end
#if not head
    return {"last_hidden_state": self.model.forward(input_ids, positions, attention_mask, None)}
#end
#if causal_lm

  def djladapters_next(self, input_ids: Tensor, attention_mask: Tensor, cache: Tensor) -> List[Tensor]:
    # logits (B, vocabulary) of the last token, and the cache; ids (B, T) are the last of all tokens (B, S). No logits if the
    # cache is of no use any more: then all tokens are needed
    positions = __torch__.decoder.positions(attention_mask, input_ids.size(1))
#if longrope
    if self.model.$base.turns_otherwise(positions, cache):
      return [torch.empty([0]), cache]
#end
    room = __torch__.decoder.with_room(cache, self.sizes(), attention_mask, self.model.$base.$norm.weight)
    hidden = self.model.$base.forward(input_ids, positions, attention_mask, room)
    return [self.model.logits(hidden.select(1, -1)), room]

  def djladapters_step(self, input_ids: Tensor, position_ids: Tensor, attention_mask: Tensor, past: List[Tensor]) -> List[Tensor]:
    # logits (B, T, vocabulary), hidden states, keys and values of every layer $kept
#if longrope
    if len(past) > 1 and self.model.$base.turns_otherwise(position_ids, past[0]):
      ops.prim.RaiseException("A text went beyond $original_positions tokens, after which all of its tokens turn by other angles; give the whole text again")
#end
    cache = __torch__.decoder.joined(past, self.sizes(), attention_mask, self.model.$base.$norm.weight)
    hidden = self.model.$base.forward(input_ids, position_ids, attention_mask, cache)
    outputs = [self.model.logits(hidden), hidden]
    return outputs + __torch__.decoder.parts(cache, attention_mask.size(1))

  def sizes(self) -> List[int]:
    return $sizes
#end

#if head
class ${family}WithHead(Module):
  $base : __torch__.${family}Model
#if causal_lm
  lm_head : __torch__.layers.LinearWithoutBias  # [$vocab_size, $hidden_size]
  def logits(self, hidden: Tensor) -> Tensor:
    logits = self.lm_head.forward(hidden)
#if logits_scaling
    logits = torch.div(logits, $logits_scaling)
#end
#if logits_cap
    logits = torch.mul(torch.tanh(torch.div(logits, $logits_cap)), $logits_cap)
#end
    return logits
#else
  score : __torch__.layers.LinearWithoutBias  # [$labels, $hidden_size]
#end

#end
