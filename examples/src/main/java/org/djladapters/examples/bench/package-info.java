/**
 * Models of well-known shapes with random weights, to measure what adapters cost without a
 * download.
 */
package org.djladapters.examples.bench;
