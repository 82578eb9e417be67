/** Orthogonal maps, compound matrices and weight transforms on the native engine. */
package org.djladapters.rotation;
