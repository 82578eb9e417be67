/**
 * Built-in sentence encoders: HuggingFace checkpoints that are made from artifacts of Maven
 * Central, which need no network once the artifacts are on the machine.
 */
package org.djladapters.examples.builtin;
