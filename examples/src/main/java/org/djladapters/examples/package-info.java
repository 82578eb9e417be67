/** Examples of the library's use, each readable from top to bottom. */
package org.djladapters.examples;
