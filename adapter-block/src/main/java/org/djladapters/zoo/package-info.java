/**
 * Adapters and models that are published: {@link org.djladapters.zoo.Publisher} writes them into a
 * repository in DJL's layout, {@link org.djladapters.zoo.AdapterZoo} lists and fetches what is
 * there, checked and cached, and opens a base model with an adapter.
 */
package org.djladapters.zoo;
