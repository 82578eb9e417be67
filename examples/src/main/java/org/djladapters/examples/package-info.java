/** Examples of the library's use, each to be read from top to bottom. */
package org.djladapters.examples;
