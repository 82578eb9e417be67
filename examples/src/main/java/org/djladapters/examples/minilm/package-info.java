/**
 * The built-in sentence encoder all-MiniLM-L6-v2, put together from an artifact on Maven Central.
 */
package org.djladapters.examples.minilm;
