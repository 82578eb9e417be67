/**
 * Adapters as Blocks: each turns its few parameters into a {@link
 * org.djladapters.rotation.WeightTransform}; and Blocks for people who compose networks by hand.
 */
package org.djladapters.adapter;
