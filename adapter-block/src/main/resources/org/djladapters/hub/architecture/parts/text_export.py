# The root of an encoder of texts. given, typed, optional: its third input, if any, as an argument, with its type, and with
# its default.

class Export(Module):
#if head
  model : __torch__.${family}WithHead
#else
  model : __torch__.${family}Model
#end
  def results(self, input_ids: Tensor, attention_mask: Tensor$typed) -> Tensor:
    # no work for columns at the end that are padding in every row: their results are zeros
    length = __torch__.attention.length(attention_mask)
    ids = __torch__.attention.shortened(input_ids, length)
#if given
    if token_type_ids is None:
      types = torch.zeros_like(ids)
    else:
      types = __torch__.attention.shortened(token_type_ids, length)
    results = self.model.forward(ids, __torch__.attention.shortened(attention_mask, length), types)
#else
    results = self.model.forward(ids, __torch__.attention.shortened(attention_mask, length))
#end
#if sequence
    return results
#else
    return __torch__.attention.padded(results, torch.size(input_ids, 1))
#end
  def forward(self, input_ids: Tensor, attention_mask: Tensor$optional) -> Dict[str, Tensor]:
    results = self.results(input_ids, attention_mask$given)
#if answer
    return {"start_logits": torch.select(results, 2, 0), "end_logits": torch.select(results, 2, 1)}
#else
#if head
    return {"logits": results}
#else
    return {"last_hidden_state": results}
#if pooler
  def forward_pooled(self, input_ids: Tensor, attention_mask: Tensor$optional) -> Dict[str, Tensor]:
    # for heads that take what the pooler gives
    results = self.results(input_ids, attention_mask$given)
    return {"last_hidden_state": results, "pooler_output": self.model.pooler.forward(results)}
#end
#end
#end
