/**
 * Benchmarks of time and memory, with models of well-known shapes and random weights, which need no
 * download.
 */
package org.djladapters.examples.bench;
