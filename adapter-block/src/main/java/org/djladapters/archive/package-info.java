/** TorchScript archives read, edited and written: program text, object pickle, tensors. */
package org.djladapters.archive;
