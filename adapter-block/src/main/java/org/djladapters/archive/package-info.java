/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * TorchScript archives read, edited and written, without the engine.
 *
 * <p>An archive is a zip file: {@code code/} holds the program as readable text, {@code data.pkl}
 * the objects that the program's classes have, pickled, and {@code data/} the bytes of tensors.
 * {@link org.djladapters.archive.ScriptArchive} reads one, and reports whatever is wrong with it by
 * an {@link org.djladapters.archive.ArchiveException}; {@link
 * org.djladapters.archive.ArchiveEditor} replaces the text of classes and methods, adds attributes
 * to objects, and replaces tensors.
 *
 * <p>Nothing here knows of adapters.
 */
@Internal
package org.djladapters.archive;

import org.djladapters.io.Internal;
