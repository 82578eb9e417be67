/**
 * Fine-tuning: {@link org.djladapters.tuning.FineTuner} trains an adapter on labelled texts or
 * images, {@link org.djladapters.tuning.Evaluator} measures it and {@link
 * org.djladapters.tuning.TextPredictor} uses it. The rest is what they are made of: data, tokens
 * and images, labels, metrics, learning rates and the record of a run.
 */
package org.djladapters.tuning;
