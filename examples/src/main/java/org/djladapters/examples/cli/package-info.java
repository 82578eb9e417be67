/**
 * The command line {@code java -jar adapters.jar COMMAND}. Results go to standard output, all else
 * to standard error; a failure is one line and an exit status other than 0.
 */
package org.djladapters.examples.cli;
