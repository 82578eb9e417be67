/**
 * Fine-tuning: data, tokens and images, labels, metrics, learning rates and the record of a run.
 */
package org.djladapters.tuning;
