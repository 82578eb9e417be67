/**
 * Fine-tuning: {@link org.djladapters.tuning.FineTuner} trains an adapter on labelled texts,
 * images, or prompts with responses, {@link org.djladapters.tuning.Evaluator} measures it, {@link
 * org.djladapters.tuning.TaskModel} predicts with it and exports it, and {@link
 * org.djladapters.tuning.TextGenerator} generates text. The rest is what they are made of: data,
 * tokens and images, labels, metrics, learning rates and the record of a run.
 */
package org.djladapters.tuning;
