/**
 * Built-in sentence encoders: HuggingFace checkpoints that are put together from artifacts on Maven
 * Central, without a network where the artifacts are there.
 */
package org.djladapters.examples.builtin;
