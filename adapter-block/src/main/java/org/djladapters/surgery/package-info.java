/**
 * Models with adapters in them: the places where adapters go, their selection, and the life cycle
 * of adapters on a model.
 */
package org.djladapters.surgery;
